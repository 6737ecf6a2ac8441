#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace pigeon {

template <typename Signature, size_t Bytes>
class InlineFunction;

/// A function object that lies, with all that it captured, within `Bytes` of this value: to keep one allocates nothing,
/// where std::function allocates for more than a pointer or two. What is larger than that lies on the heap. It can be
/// moved, not copied. Calling an empty one is an error of the caller's.
template <typename Result, typename... Arguments, size_t Bytes>
class InlineFunction<Result(Arguments...), Bytes>
{
public:
    InlineFunction() = default;
    template <typename Function>
        requires(!std::is_same_v<std::remove_cvref_t<Function>, InlineFunction>)
    InlineFunction(Function &&function) // implicit, as with std::function
    {
        using Value = std::remove_cvref_t<Function>;
        if constexpr (isInline<Value>)
            emplace<Value>(std::forward<Function>(function));
        else
            emplace<OnHeap<Value>>(OnHeap<Value>{std::make_unique<Value>(std::forward<Function>(function))});
    }
    InlineFunction(InlineFunction &&other) noexcept { take(other); }
    InlineFunction &operator=(InlineFunction &&other) noexcept
    {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    ~InlineFunction() { reset(); }

    explicit operator bool() const { return m_operations != nullptr; }
    Result operator()(Arguments... arguments) { return m_operations->call(m_place, std::forward<Arguments>(arguments)...); }

private:
    struct Operations
    {
        Result (*call)(void *, Arguments &&...);
        void (*move)(void *from, void *to); ///< `from` is gone then
        void (*destroy)(void *);
    };
    template <typename Value>
    struct OnHeap
    {
        std::unique_ptr<Value> value;
        Result operator()(Arguments... arguments) { return (*value)(std::forward<Arguments>(arguments)...); }
    };
    template <typename Value>
    static constexpr bool isInline = sizeof(Value) <= Bytes && alignof(Value) <= alignof(std::max_align_t)
        && std::is_nothrow_move_constructible_v<Value>;

    template <typename Value>
    static Value &at(void *place)
    {
        return *std::launder(static_cast<Value *>(place));
    }
    template <typename Value>
    static constexpr Operations operationsOf{
        [](void *place, Arguments &&...arguments) -> Result {
            return at<Value>(place)(std::forward<Arguments>(arguments)...);
        },
        [](void *from, void *to) {
            ::new (to) Value(std::move(at<Value>(from)));
            at<Value>(from).~Value();
        },
        [](void *place) { at<Value>(place).~Value(); },
    };
    template <typename Value, typename Source>
    void emplace(Source &&source)
    {
        ::new (static_cast<void *>(m_place)) Value(std::forward<Source>(source));
        m_operations = &operationsOf<Value>;
    }
    void take(InlineFunction &other) noexcept
    {
        m_operations = std::exchange(other.m_operations, nullptr);
        if (m_operations)
            m_operations->move(other.m_place, m_place);
    }
    void reset()
    {
        if (const Operations *operations = std::exchange(m_operations, nullptr))
            operations->destroy(m_place);
    }

    const Operations *m_operations = nullptr;
    alignas(std::max_align_t) std::byte m_place[Bytes];
};

} // namespace pigeon
