#include "storage/memorystore.h"
