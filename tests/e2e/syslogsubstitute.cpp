// Loaded before libc (LD_PRELOAD): what goes to syslog(3) goes into the file SYSLOG_SUBSTITUTE names, as
// "<ident> <options> <priority> <text>", a line each.
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace {

const char *name = "";
int options = 0;
int facility = 0;

void write(int priority, const char *format, va_list arguments)
{
    std::FILE *file = std::fopen(std::getenv("SYSLOG_SUBSTITUTE"), "a");
    if (!file)
        std::abort();
    std::fprintf(file, "%s %d %d ", name, options, facility | priority);
    std::vfprintf(file, format, arguments);
    std::fputc('\n', file);
    std::fclose(file);
}

} // namespace

extern "C" {

void openlog(const char *ident, int option, int logFacility)
{
    name = ident;
    options = option;
    facility = logFacility;
}

void closelog() { }

void syslog(int priority, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write(priority, format, arguments);
    va_end(arguments);
}

// What syslog becomes with _FORTIFY_SOURCE.
void __syslog_chk(int priority, int, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write(priority, format, arguments);
    va_end(arguments);
}
}
