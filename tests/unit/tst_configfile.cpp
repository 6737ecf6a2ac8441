#include "config/configfile.h"
#include "support/configtext.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace pigeon;

/// Configurations on disk: files that cannot be read, and folders of files.
class TestConfigFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void missing();
    void aFolder();
    void tooLarge();
    void empty();
    void foldersAreReadInOrder();
    void onlyConfFilesAreRead();
    void foldersInAMissingPlace();
    void noFoldersWithinFolders();
    void aFolderIsReadWhereItIsNamed();
    void aKeySaidInTwoFiles();

private:
    void write(const QString &name, const QByteArray &text);
    ParsedConfiguration read(const QByteArray &main);
    QString path(const QString &name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
};

void TestConfigFile::write(const QString &name, const QByteArray &text)
{
    QDir(m_folder.path()).mkpath(QFileInfo(path(name)).path());
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(text);
}

ParsedConfiguration TestConfigFile::read(const QByteArray &main)
{
    write(QStringLiteral("main.conf"), main);
    return readConfiguration(path(QStringLiteral("main.conf")), {});
}

void TestConfigFile::missing()
{
    const QString name = path(QStringLiteral("none.conf"));
    const ParsedConfiguration parsed = readConfiguration(name, {});
    QVERIFY(hasErrors(parsed.diagnostics));
    QCOMPARE(linesOf(parsed),
        QStringList(QStringLiteral("error: %1 cannot be read: No such file or directory.").arg(name)));
}

void TestConfigFile::aFolder()
{
    QCOMPARE(linesOf(readConfiguration(m_folder.path(), {})),
        QStringList(QStringLiteral("error: %1 is a folder, not a configuration file.").arg(m_folder.path())));
}

void TestConfigFile::tooLarge()
{
    const QStringList lines = linesOf(read(QByteArray("# x\n").repeated(1'100'000)));
    QCOMPARE(lines.size(), 1);
    QVERIFY(lines.front().contains(u"more than a configuration file may have"));
}

void TestConfigFile::empty()
{
    const ParsedConfiguration parsed = read("");
    QCOMPARE(linesOf(parsed), QStringList());
    QCOMPARE(parsed.configuration.listeners.size(), size_t(1));
}

void TestConfigFile::foldersAreReadInOrder()
{
    for (const char *name : {"b.conf", "_x.conf", "A.conf", "01.conf", "ba.conf", "a.conf", "B.conf", "00.conf"})
        write(QStringLiteral("order.d/") + QLatin1String(name), "sys_interval 5\n");
    QStringList names;
    for (const ConfigSource &file : readConfigFolder(path(QStringLiteral("order.d"))).files)
        names.append(QFileInfo(file.name).fileName());
    // By the bytes of the letters in lower case, so that _ comes before all of them.
    QCOMPARE(names.join(u' '), QStringLiteral("00.conf 01.conf _x.conf A.conf a.conf B.conf b.conf ba.conf"));
}

void TestConfigFile::onlyConfFilesAreRead()
{
    for (const char *name :
        {"yes.conf", ".hidden.conf", "no.conf.bak", "no.CONF", ".conf", "no.txt", "folder.conf/x"})
        write(QStringLiteral("only.d/") + QLatin1String(name), "sys_interval 5\n");
    QStringList names;
    for (const ConfigSource &file : readConfigFolder(path(QStringLiteral("only.d"))).files)
        names.append(QFileInfo(file.name).fileName());
    QCOMPARE(names.join(u' '), QStringLiteral(".hidden.conf yes.conf"));
}

void TestConfigFile::foldersInAMissingPlace()
{
    const QStringList lines
        = linesOf(read("# x\ninclude_dir " + path(QStringLiteral("none.d")).toUtf8() + "\nsys_interval x\n"));
    QCOMPARE(lines.size(), 2);
    QVERIFY(lines.front().contains(u"main.conf:2: error: include_dir: the folder"));
    QVERIFY(lines.front().contains(u"is not there"));
    QVERIFY(lines.back().contains(u"main.conf:3: error: sys_interval"));
}

void TestConfigFile::noFoldersWithinFolders()
{
    write(QStringLiteral("outer.d/a.conf"), "include_dir x\n");
    const QStringList lines = linesOf(read("include_dir " + path(QStringLiteral("outer.d")).toUtf8() + '\n'));
    QCOMPARE(lines.size(), 1);
    QVERIFY2(lines.front().contains(u"a.conf:1: error: include_dir works in the main file only"),
        qPrintable(lines.front()));
}

void TestConfigFile::aFolderIsReadWhereItIsNamed()
{
    write(QStringLiteral("where.d/a.conf"), "max_topic_alias 5\nlistener 2 ::1\nmax_topic_alias 5\n");
    const ParsedConfiguration parsed
        = read("listener 1 ::1\ninclude_dir " + path(QStringLiteral("where.d")).toUtf8() + "\nsocket_domain ipv6\n");
    QCOMPARE(linesOf(parsed), QStringList());
    QCOMPARE(*parsed.configuration.listeners.front().terms.maximumInboundAliases, quint16(5));
    QCOMPARE(parsed.configuration.listeners.back().domain, SocketDomain::Ipv6);
}

void TestConfigFile::aKeySaidInTwoFiles()
{
    write(QStringLiteral("two.d/a.conf"), "\nsys_interval 6\n");
    const QStringList lines
        = linesOf(read("sys_interval 5\ninclude_dir " + path(QStringLiteral("two.d")).toUtf8() + '\n'));
    QCOMPARE(lines.size(), 1);
    QVERIFY(lines.front().contains(u"a.conf:2: error: sys_interval is said already at "));
    QVERIFY(lines.front().contains(u"main.conf:1"));
}

QTEST_APPLESS_MAIN(TestConfigFile)
#include "tst_configfile.moc"
