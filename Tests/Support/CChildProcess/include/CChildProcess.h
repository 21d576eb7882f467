#pragma once

#include <sys/types.h>

/// Starts a program that is found by PATH, with an empty input and its errors dropped; it inherits no other descriptor
/// and no blocked signal.
///
/// - Parameters:
///   - output: gets the descriptor from which the program's standard output is read.
/// - Returns: 0, or why it was not started (`errno`).
int spawn_program(char *const arguments[], const char *folder, pid_t *id, int *output);
