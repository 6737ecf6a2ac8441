// Carries the precompiled headers of all tests: see precompiled.h.
