// coracle: Chez Scheme on Coracle, with the command line of Chez's own `scheme`.
#include "tools/program.h"
#include "tools/session.h"

int main(int argc, char** argv) { return coracle::run_program(argc, argv, coracle::run_session); }
