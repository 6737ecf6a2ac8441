#include "security/saslprep.h"
#include "security/scram.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QPasswordDigestor>
#include <QTest>

using namespace pigeon;

Q_DECLARE_METATYPE(pigeon::ScramHash)

namespace {

using Kind = AuthenticationExchange::Step::Kind;

QCryptographicHash::Algorithm algorithmOf(ScramHash hash)
{
    return hash == ScramHash::Sha256 ? QCryptographicHash::Sha256 : QCryptographicHash::Sha512;
}

/// The client's side, written from RFC 5802 and sharing nothing with the server's.
class Client
{
public:
    Client(ScramHash hash, QByteArray userName, QByteArray password, QByteArray gs2Header = "n,,")
        : m_algorithm(algorithmOf(hash))
        , m_password(std::move(password))
        , m_gs2Header(std::move(gs2Header))
        , m_bare("n=" + userName.replace('=', "=3D").replace(',', "=2C") + ",r=client-nonce")
    { }

    QByteArray first() const { return m_gs2Header + m_bare; }

    QByteArray answerTo(const QByteArray &serverFirst)
    {
        const QByteArrayList attributes = serverFirst.split(',');
        const QByteArray salt = QByteArray::fromBase64(attributes[1].mid(2));
        const int iterations = attributes[2].mid(2).toInt();
        const int length = QCryptographicHash::hashLength(m_algorithm);
        const QByteArray salted = QPasswordDigestor::deriveKeyPbkdf2(
            m_algorithm, m_password, salt, iterations, static_cast<quint64>(length));
        const QByteArray clientKey = hmac(salted, "Client Key");
        const QByteArray withoutProof = "c=" + m_gs2Header.toBase64() + "," + attributes[0];
        const QByteArray text = m_bare + "," + serverFirst + "," + withoutProof;
        const QByteArray signature = hmac(QCryptographicHash::hash(clientKey, m_algorithm), text);
        QByteArray proof = clientKey;
        for (int i = 0; i < length; ++i)
            proof[i] = static_cast<char>(proof[i] ^ signature[i]);
        m_expectedServerFinal = "v=" + hmac(hmac(salted, "Server Key"), text).toBase64();
        return withoutProof + ",p=" + proof.toBase64();
    }

    QByteArray expectedServerFinal() const { return m_expectedServerFinal; }

private:
    QByteArray hmac(const QByteArray &key, const QByteArray &text) const
    {
        return QMessageAuthenticationCode::hash(text, key, m_algorithm);
    }

    const QCryptographicHash::Algorithm m_algorithm;
    const QByteArray m_password;
    const QByteArray m_gs2Header;
    const QByteArray m_bare;
    QByteArray m_expectedServerFinal;
};

/// Knows "user" with the password "pencil", and others by their names.
ScramVerifierSource sourceOf(
    ScramHash hash, const QByteArray &knownName = "user", const QByteArray &salt = {})
{
    const ScramVerifier verifier = ScramVerifier::fromPassword(hash, "pencil", 4096, salt);
    return [=](const QByteArray &userName) {
        return userName == knownName ? std::optional(verifier) : std::nullopt;
    };
}

const QByteArray rfcSalt = QByteArray::fromBase64("W22ZaJ0SNY7soEsUEjb6gQ==");
const QByteArray rfcFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
const QByteArray rfcNonce = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const QByteArray rfcProof = ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

/// The server of the example in RFC 7677, 3.
ScramMethod rfcMethod()
{
    return ScramMethod(ScramHash::Sha256, sourceOf(ScramHash::Sha256, "user", rfcSalt),
        [] { return QByteArray("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"); });
}

} // namespace

class ScramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exampleOfRfc7677();
    void knownSha512Exchange();
    void namesOfMethods();
    void clientIsProven_data();
    void clientIsProven();
    void clientMayStartWithoutData();
    void onlyOneEmptyStart();
    void malformedFirstMessage_data();
    void malformedFirstMessage();
    void malformedFinalMessage_data();
    void malformedFinalMessage();
    void everyFlippedBitOfTheProofIsRefused();
    void everyChangedByteOfTheExchangeIsRefused();
    void wrongPassword();
    void unknownUserLooksLikeAKnownOne();
    void damagedVerifierLetsNobodyIn();
    void proofOfAnotherExchangeIsRefused();
    void nothingAfterTheEnd();
    void noncesDiffer();
    void fromPasswordDrawsSalts();
    void saslPreparation_data();
    void saslPreparation();
};

void ScramTest::exampleOfRfc7677()
{
    ScramMethod method = rfcMethod();
    const auto exchange = method.begin();
    const auto first = exchange->next(rfcFirst);
    QCOMPARE(first.kind, Kind::Continue);
    QCOMPARE(first.data, rfcNonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    const auto last = exchange->next("c=biws," + rfcNonce + rfcProof);
    QCOMPARE(last.kind, Kind::Success);
    QCOMPARE(last.userName, QByteArray("user"));
    QCOMPARE(last.data, QByteArray("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
}

// No RFC has an example with SHA-512: this one was worked out with another implementation of the hashes.
void ScramTest::knownSha512Exchange()
{
    const QByteArray salt = QByteArray::fromBase64("Yin2FuHTt/M0kJWb0t9OI32n2VmOGi3m+JfjOvuDF88=");
    const QByteArray serverNonce = "02431b08-2f0d-4bad-a4e6-e5665fa65392";
    ScramMethod method(
        ScramHash::Sha512, sourceOf(ScramHash::Sha512, "user", salt), [=] { return serverNonce; });
    const auto exchange = method.begin();
    QCOMPARE(exchange->next(rfcFirst).kind, Kind::Continue);
    const auto last = exchange->next("c=biws,r=rOprNGfwEbeRWgbNEkqO" + serverNonce
        + ",p=asj0ZcpAQ49LpPHVIf86m6O2LlQLem6txyU3U0NbWM+guLIcLL3+7xQi7UVaJ2xq2EioSy5g3+8VIPsWMXg7hA==");
    QCOMPARE(last.kind, Kind::Success);
    QCOMPARE(last.data,
        QByteArray(
            "v=8anmuijQmno0hJysUA9/p7W455dkJw44bDalDsoZ0yS1c6PFFMYkQ04jqGXlLazrBF1ewKKuLgFzCPPX7+Qlkw=="));
}

void ScramTest::namesOfMethods()
{
    QCOMPARE(makeScramMethod(ScramHash::Sha256, {})->name(), QByteArray("SCRAM-SHA-256"));
    QCOMPARE(makeScramMethod(ScramHash::Sha512, {})->name(), QByteArray("SCRAM-SHA-512"));
}

void ScramTest::clientIsProven_data()
{
    QTest::addColumn<ScramHash>("hash");
    QTest::addColumn<QByteArray>("userName");
    QTest::addColumn<QByteArray>("gs2Header");
    for (const ScramHash hash : { ScramHash::Sha256, ScramHash::Sha512 }) {
        const QByteArray prefix = hash == ScramHash::Sha256 ? "SHA-256 " : "SHA-512 ";
        const auto row = [&](const char *name, const QByteArray &userName, const QByteArray &gs2Header) {
            QTest::newRow((prefix + name).constData()) << hash << userName << gs2Header;
        };
        row("no channel binding", "user", "n,,");
        row("client could bind channels", "user", "y,,");
        row("same authorization identity", "user", "n,a=user,");
        row("escaped authorization identity", "a,b", "n,a=a=2Cb,");
        row("comma and equals sign in the name", "a=b,c==", "n,,");
        row("name outside ASCII", "j\xc3\xbcrgen", "n,,");
    }
}

void ScramTest::clientIsProven()
{
    QFETCH(const ScramHash, hash);
    QFETCH(const QByteArray, userName);
    QFETCH(const QByteArray, gs2Header);
    ScramMethod method(hash, sourceOf(hash, userName));
    const auto exchange = method.begin();
    Client client(hash, userName, "pencil", gs2Header);
    const auto first = exchange->next(client.first());
    QCOMPARE(first.kind, Kind::Continue);
    const auto last = exchange->next(client.answerTo(first.data));
    QVERIFY2(last.kind == Kind::Success, last.reasonText.constData());
    QCOMPARE(last.userName, userName);
    QCOMPARE(last.data, client.expectedServerFinal());
}

void ScramTest::clientMayStartWithoutData()
{
    ScramMethod method = rfcMethod();
    const auto exchange = method.begin();
    const auto start = exchange->next(std::nullopt);
    QCOMPARE(start.kind, Kind::Continue);
    QVERIFY(start.data.isNull());
    QCOMPARE(exchange->next(rfcFirst).kind, Kind::Continue);
    QCOMPARE(exchange->next("c=biws," + rfcNonce + rfcProof).kind, Kind::Success);
}

void ScramTest::onlyOneEmptyStart()
{
    ScramMethod method = rfcMethod();
    const auto exchange = method.begin();
    QCOMPARE(exchange->next(std::nullopt).kind, Kind::Continue);
    QCOMPARE(exchange->next(std::nullopt).kind, Kind::Failure);
    QCOMPARE(exchange->next(rfcFirst).kind, Kind::Failure);
}

void ScramTest::malformedFirstMessage_data()
{
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *name, const QByteArray &message) { QTest::newRow(name) << message; };
    row("one byte", "n");
    row("header alone", "n,,");
    row("header does not end", "n,");
    row("no header", "n=user,r=nonce");
    row("unknown flag", "x,,n=user,r=nonce");
    row("capital flag", "N,,n=user,r=nonce");
    row("flag with a value", "n=1,,n=user,r=nonce");
    row("channel binding asked for", "p=tls-unique,,n=user,r=nonce");
    row("another authorization identity", "n,a=admin,n=user,r=nonce");
    row("empty authorization identity", "n,a=,n=user,r=nonce");
    row("authorization identity without a name", "n,user,n=user,r=nonce");
    row("authorization identity ill escaped", "n,a=us=er,n=user,r=nonce");
    row("mandatory extension", "n,,m=1,n=user,r=nonce");
    row("nonce before name", "n,,r=nonce,n=user");
    row("no nonce", "n,,n=user");
    row("no name", "n,,r=nonce");
    row("empty name", "n,,n=,r=nonce");
    row("empty nonce", "n,,n=user,r=");
    row("space in the nonce", "n,,n=user,r=a b");
    row("control character in the nonce", "n,,n=user,r=a\x07");
    row("nonce outside ASCII", "n,,n=user,r=\xc3\xa4");
    row("unknown escape", "n,,n=us=41er,r=nonce");
    row("escape in small letters", "n,,n=us=2cer,r=nonce");
    row("escape cut off", "n,,n=user=2,r=nonce");
    row("equals sign in the name", "n,,n=us=er,r=nonce");
    row("name is no UTF-8",
        "n,,n=us\xff"
        "er,r=nonce");
    row("null character in the name", QByteArray("n,,n=us\0er,r=nonce", 18));
    row("name of nothing but a soft hyphen", "n,,n=\xc2\xad,r=nonce");
    row("reserved name in the place of an extension", "n,,n=user,r=nonce,p=AAAA");
    row("mandatory extension at the end", "n,,n=user,r=nonce,m=1");
    row("extension without a value", "n,,n=user,r=nonce,x=");
    row("extension without a name", "n,,n=user,r=nonce,=1");
    row("empty extension", "n,,n=user,r=nonce,");
    row("too long", "n,,n=user,r=" + QByteArray(5000, 'x'));
    row("too long name", "n,,n=" + QByteArray(5000, 'x') + ",r=nonce");
}

void ScramTest::malformedFirstMessage()
{
    QFETCH(const QByteArray, message);
    ScramMethod method = rfcMethod();
    const auto exchange = method.begin();
    const auto step = exchange->next(message);
    QCOMPARE(step.kind, Kind::Failure);
    QCOMPARE(step.reason, ReasonCode::NotAuthorized);
    QVERIFY(step.data.isNull());
    QVERIFY(!step.reasonText.isEmpty());
    QCOMPARE(exchange->next(rfcFirst).kind, Kind::Failure);
}

void ScramTest::malformedFinalMessage_data()
{
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *name, const QByteArray &message) { QTest::newRow(name) << message; };
    row("empty", "");
    row("first message again", rfcFirst);
    row("no channel binding", rfcNonce + rfcProof);
    row("empty channel binding", "c=," + rfcNonce + rfcProof);
    row("channel binding of another header", "c=eSws," + rfcNonce + rfcProof);
    row("channel binding without base64", "c=n,," + rfcNonce + rfcProof);
    row("no nonce", "c=biws" + rfcProof);
    row("nonce of the client alone", "c=biws,r=rOprNGfwEbeRWgbNEkqO" + rfcProof);
    row("nonce with one character more", "c=biws," + rfcNonce + "x" + rfcProof);
    row("nonce before channel binding", rfcNonce + ",c=biws" + rfcProof);
    row("no proof", "c=biws," + rfcNonce);
    row("empty proof", "c=biws," + rfcNonce + ",p=");
    row("proof without padding", "c=biws," + rfcNonce + rfcProof.chopped(1));
    row("proof with bits after its end", "c=biws," + rfcNonce + rfcProof.chopped(2) + "R=");
    row("proof with a space", "c=biws," + rfcNonce + rfcProof + " ");
    row("proof too short", "c=biws," + rfcNonce + ",p=AAAA");
    row("proof too long", "c=biws," + rfcNonce + rfcProof.chopped(1) + "AAAAA");
    row("proof is no base64", "c=biws," + rfcNonce + ",p=!!!!");
    row("proof not at the end", "c=biws," + rfcNonce + rfcProof + ",x=1");
    row("two proofs", "c=biws," + rfcNonce + rfcProof + rfcProof);
    row("mandatory extension", "c=biws," + rfcNonce + ",m=1" + rfcProof);
    row("extension that was not signed", "c=biws," + rfcNonce + ",x=1" + rfcProof);
    row("too long", "c=biws," + rfcNonce + ",x=" + QByteArray(5000, '1') + rfcProof);
}

void ScramTest::malformedFinalMessage()
{
    QFETCH(const QByteArray, message);
    ScramMethod method = rfcMethod();
    const auto exchange = method.begin();
    QCOMPARE(exchange->next(rfcFirst).kind, Kind::Continue);
    const auto step = exchange->next(message);
    QCOMPARE(step.kind, Kind::Failure);
    QCOMPARE(step.reason, ReasonCode::NotAuthorized);
    QVERIFY(step.data.isNull());
    QCOMPARE(exchange->next("c=biws," + rfcNonce + rfcProof).kind, Kind::Failure);
}

void ScramTest::everyFlippedBitOfTheProofIsRefused()
{
    ScramMethod method = rfcMethod();
    const QByteArray proof = QByteArray::fromBase64(rfcProof.mid(3));
    for (qsizetype bit = 0; bit < proof.size() * 8; ++bit) {
        QByteArray tampered = proof;
        tampered[bit / 8] = static_cast<char>(tampered[bit / 8] ^ (1 << bit % 8));
        const auto exchange = method.begin();
        QCOMPARE(exchange->next(rfcFirst).kind, Kind::Continue);
        QCOMPARE(exchange->next("c=biws," + rfcNonce + ",p=" + tampered.toBase64()).kind, Kind::Failure);
    }
}

// What the client signs is what the server has seen: change one byte on the way and the proof is worth
// nothing.
void ScramTest::everyChangedByteOfTheExchangeIsRefused()
{
    ScramMethod method = rfcMethod();
    const QByteArray finalMessage = "c=biws," + rfcNonce + rfcProof;
    const auto succeeds = [&](const QByteArray &first, const QByteArray &last) {
        const auto exchange = method.begin();
        exchange->next(first);
        return exchange->next(last).kind == Kind::Success;
    };
    QVERIFY(succeeds(rfcFirst, finalMessage));
    for (qsizetype i = 0; i < rfcFirst.size(); ++i) {
        QByteArray tampered = rfcFirst;
        tampered[i] = static_cast<char>(tampered[i] ^ 1);
        QVERIFY2(!succeeds(tampered, finalMessage), tampered.constData());
    }
    for (qsizetype i = 0; i < finalMessage.size(); ++i) {
        QByteArray tampered = finalMessage;
        tampered[i] = static_cast<char>(tampered[i] ^ 1);
        QVERIFY2(!succeeds(rfcFirst, tampered), tampered.constData());
    }
}

void ScramTest::wrongPassword()
{
    for (const ScramHash hash : { ScramHash::Sha256, ScramHash::Sha512 }) {
        ScramMethod method(hash, sourceOf(hash));
        const auto exchange = method.begin();
        Client client(hash, "user", "pencils");
        const auto step = exchange->next(client.answerTo(exchange->next(client.first()).data));
        QCOMPARE(step.kind, Kind::Failure);
        QVERIFY(step.data.isNull());
        QVERIFY(step.userName.isNull());
    }
}

void ScramTest::unknownUserLooksLikeAKnownOne()
{
    ScramMethod method(ScramHash::Sha256, sourceOf(ScramHash::Sha256), [] { return QByteArray("server"); });
    Client client(ScramHash::Sha256, "nobody", "pencil");
    const auto exchange = method.begin();
    const auto first = exchange->next(client.first());
    QCOMPARE(first.kind, Kind::Continue);
    const QByteArrayList attributes = first.data.split(',');
    QCOMPARE(attributes.size(), 3);
    QCOMPARE(QByteArray::fromBase64(attributes[1].mid(2)).size(), 16);
    QCOMPARE(attributes[2], QByteArray("i=4096"));
    const auto last = exchange->next(client.answerTo(first.data));
    QCOMPARE(last.kind, Kind::Failure);
    QCOMPARE(last.reason, ReasonCode::NotAuthorized);

    QCOMPARE(method.begin()->next(client.first()).data, first.data);
    const auto other = method.begin()->next(Client(ScramHash::Sha256, "nobody2", "pencil").first());
    QVERIFY(other.data.split(',')[1] != attributes[1]);
    ScramMethod afterRestart(ScramHash::Sha256, {}, [] { return QByteArray("server"); });
    QVERIFY(afterRestart.begin()->next(client.first()).data != first.data);
}

void ScramTest::damagedVerifierLetsNobodyIn()
{
    const ScramVerifier good = ScramVerifier::fromPassword(ScramHash::Sha256, "pencil");
    std::vector<ScramVerifier> damaged(5, good);
    damaged[0].salt.clear();
    damaged[1].iterations = 1;
    damaged[2].storedKey.clear();
    damaged[3].serverKey.chop(1);
    damaged[4].iterations = 2'000'000;
    for (const ScramVerifier &verifier : damaged) {
        ScramMethod method(ScramHash::Sha256, [&](const QByteArray &) { return verifier; });
        const auto exchange = method.begin();
        Client client(ScramHash::Sha256, "user", "pencil");
        const auto first = exchange->next(client.first());
        QCOMPARE(first.kind, Kind::Continue);
        QVERIFY(first.data.endsWith(",i=4096"));
        QCOMPARE(exchange->next(client.answerTo(first.data)).kind, Kind::Failure);
    }
}

void ScramTest::proofOfAnotherExchangeIsRefused()
{
    ScramMethod method(ScramHash::Sha256, sourceOf(ScramHash::Sha256));
    Client client(ScramHash::Sha256, "user", "pencil");
    const auto seen = method.begin();
    const QByteArray overheard = client.answerTo(seen->next(client.first()).data);
    QCOMPARE(seen->next(overheard).kind, Kind::Success);
    const auto replayed = method.begin();
    QCOMPARE(replayed->next(client.first()).kind, Kind::Continue);
    QCOMPARE(replayed->next(overheard).kind, Kind::Failure);
}

void ScramTest::nothingAfterTheEnd()
{
    ScramMethod method = rfcMethod();
    const auto exchange = method.begin();
    const QByteArray finalMessage = "c=biws," + rfcNonce + rfcProof;
    exchange->next(rfcFirst);
    QCOMPARE(exchange->next(finalMessage).kind, Kind::Success);
    QCOMPARE(exchange->next(finalMessage).kind, Kind::Failure);
    QCOMPARE(exchange->next(std::nullopt).kind, Kind::Failure);
}

void ScramTest::noncesDiffer()
{
    const QByteArray one = ScramMethod::randomNonce();
    QCOMPARE(one.size(), 24);
    QVERIFY(one != ScramMethod::randomNonce());
}

void ScramTest::fromPasswordDrawsSalts()
{
    const ScramVerifier one = ScramVerifier::fromPassword(ScramHash::Sha512, "pencil");
    const ScramVerifier two = ScramVerifier::fromPassword(ScramHash::Sha512, "pencil");
    QCOMPARE(one.salt.size(), 16);
    QCOMPARE(one.storedKey.size(), 64);
    QVERIFY(one.salt != two.salt);
    QVERIFY(one.storedKey != two.storedKey);
    const ScramVerifier rfc = ScramVerifier::fromPassword(ScramHash::Sha256, "pencil", 1, rfcSalt);
    QCOMPARE(rfc.iterations, 4096);
    QCOMPARE(rfc.storedKey.toBase64(), QByteArray("WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="));
    QCOMPARE(rfc.serverKey.toBase64(), QByteArray("wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="));
}

void ScramTest::saslPreparation_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("prepared"); // null: refused
    const auto row = [](const char *name, const QByteArray &text, const QByteArray &prepared) {
        QTest::newRow(name) << text << prepared;
    };
    // The examples of RFC 4013, 3.
    row("soft hyphen mapped to nothing", "I\xc2\xadX", "IX");
    row("no transformation", "user", "user");
    row("case preserved", "USER", "USER");
    row("NFKC of a feminine ordinal", "\xc2\xaa", "a");
    row("NFKC of a roman numeral", "\xe2\x85\xa8", "IX");
    row("control character", "\x07", {});
    row("directions mixed",
        "\xd8\xa7"
        "1",
        {});

    row("no-break space becomes a space",
        "a\xc2\xa0"
        "b",
        "a b");
    row("composed and decomposed are one", "u\xcc\x88", "\xc3\xbc");
    row("right to left throughout",
        "\xd8\xa7"
        "1"
        "\xd8\xa7",
        "\xd8\xa7"
        "1"
        "\xd8\xa7");
    row("left to right inside right to left",
        "\xd8\xa7"
        "a"
        "\xd8\xa7",
        {});
    row("outside the first plane", "\xf0\x9f\x90\xa6", "\xf0\x9f\x90\xa6");
    row("private use", "\xee\x80\x80", {});
    row("no character", "\xf0\x9f\xbf\xbe", {});
    row("tag character", "\xf3\xa0\x80\x81", {});
    row("truncated UTF-8", "\xc3", {});
    row("overlong UTF-8", "\xc0\xaf", {});
    row("surrogate", "\xed\xa0\x80", {});
    row("byte order mark mapped to nothing",
        "\xef\xbb\xbf"
        "a",
        "a");
}

void ScramTest::saslPreparation()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, prepared);
    const auto result = saslPrepared(text);
    QCOMPARE(result.has_value(), !prepared.isNull());
    QCOMPARE(result.value_or(QByteArray()), prepared);
}

QTEST_GUILESS_MAIN(ScramTest)
#include "tst_scram.moc"
