#include "monitor/monitorsource.h" // moc's code is compiled with it
