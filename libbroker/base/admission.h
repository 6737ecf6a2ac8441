#pragma once

#include <QtGlobal>

#include <functional>
#include <utility>

namespace pigeon {

/// Leave to come in that was given before there is a link: the connection counts already, under its number. It goes on as a
/// connection with that number, or is given back when this ends. Moves; an empty one counts nothing. Broker thread.
class Admission
{
public:
    Admission() = default;
    Admission(quint64 number, std::function<void()> giveBack)
        : m_number(number)
        , m_giveBack(std::move(giveBack))
    {
    }
    Admission(Admission &&other) noexcept { swap(other); }
    Admission &operator=(Admission &&other) noexcept
    {
        Admission(std::move(other)).swap(*this);
        return *this;
    }
    ~Admission()
    {
        if (m_number != 0)
            m_giveBack();
    }

    bool isEmpty() const { return m_number == 0; }
    /// It is a connection from now on, and whoever has that gives it back.
    quint64 take() { return std::exchange(m_number, 0); }

private:
    void swap(Admission &other) noexcept
    {
        std::swap(m_number, other.m_number);
        m_giveBack.swap(other.m_giveBack);
    }

    quint64 m_number = 0; // 0 = empty
    std::function<void()> m_giveBack;
};

} // namespace pigeon
