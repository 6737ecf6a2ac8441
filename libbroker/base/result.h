#pragma once

#include <utility>
#include <variant>

namespace pigeon {

/// Either the value that was asked for or the error that says why there is none. Any thread.
template <typename T, typename E>
class [[nodiscard]] Result
{
public:
    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    /// A default value, to be filled in place: moving a large one into its result costs more than making it.
    explicit Result(std::in_place_t)
        : m_state(std::in_place_index<0>)
    {
    }
    Result(E error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    explicit operator bool() const { return m_state.index() == 0; }
    /// Precondition: the result holds a value.
    T &operator*() { return *std::get_if<0>(&m_state); }
    const T &operator*() const { return *std::get_if<0>(&m_state); }
    T *operator->() { return std::get_if<0>(&m_state); }
    const T *operator->() const { return std::get_if<0>(&m_state); }
    /// Precondition: the result holds an error.
    const E &error() const { return *std::get_if<1>(&m_state); }

private:
    std::variant<T, E> m_state;
};

} // namespace pigeon
