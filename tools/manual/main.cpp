// print-manual: the manual page of the program coracle, for man; its options are those of options.def.
#include <cstdio>
#include <string>
#include <string_view>

#include "boot/profiles/profiles.h"

namespace {

/// Text as roff needs it: backslashes and hyphens are escaped.
std::string roff(std::string_view text) {
  std::string result;
  for (char const c : text) {
    if (c == '\\' || c == '-') result += '\\';
    result += c == '\\' ? 'e' : c;
  }
  return result;
}

/// An entry of a list: a name in bold, its argument, and what it means.
void print_entry(std::string_view short_name, std::string_view long_name, std::string_view argument,
                 std::string_view help) {
  std::string const suffix = argument.empty() ? "" : " \\fI" + roff(argument) + "\\fR";
  std::string title;
  if (!short_name.empty()) title = "\\fB" + roff(short_name) + "\\fR" + suffix + ", ";
  title += "\\fB" + roff(long_name) + "\\fR" + suffix;
  std::printf(".TP\n%s\n%s\n", title.c_str(), roff(help).c_str());
}

void print_head() {
  std::printf(R"(.TH CORACLE 1 "" "Coracle %s" "Coracle"
.SH NAME
coracle \- Chez Scheme on a virtual machine for its portable bytecode
.SH SYNOPSIS
.B coracle
[\fIoptions and files\fR]
.br
.B coracle \-\-script
\fIfile\fR [\fIarguments\fR]
.br
.B coracle fetch
[\fIrelease\fR]
.SH DESCRIPTION
Starts Chez Scheme from its official boot files for portable bytecode (release %s): loads the files
given as arguments, then reads expressions, evaluates them, and prints their values.
The options are those of Chez's own program, and some more.
Called as \fBscheme\fR or \fBpetite\fR it behaves as Chez's program does; \fBpetite\fR is the smaller
system, without the compiler.
.PP
It needs the boot files: run \fBcoracle fetch\fR once to obtain them.
)",
              CORACLE_VERSION, roff(coracle::supported_releases()).c_str());
}

void print_options() {
  bool first = true;
  auto const heading = [&](std::string_view text) {
    if (first) std::printf(".SH OPTIONS\n");
    else std::printf(".PP\n%s:\n", roff(text).c_str());
    first = false;
  };
#define HEADING(text) heading(text);
#define COMMAND(name, arguments, help) print_entry("", #name, arguments, help);
#define FLAG(field, short_name, long_name, help) print_entry(short_name, long_name, "", help);
#define TEXT(field, short_name, long_name, argument, help) \
  print_entry(short_name, long_name, argument, help);
#define OTHER(name, short_name, long_name, argument, help) \
  print_entry(short_name, long_name, argument, help);
#include "tools/options.def"
}

void print_rest() {
  std::printf("%s", R"(.SH EXIT STATUS
What the Scheme program passes to \fBexit\fR.
Otherwise 1 after an invalid option or boot file, 2 if memory runs out where the program can't handle it,
255 after an error in a script.
.SH ENVIRONMENT
.TP
.B SCHEMEHEAPDIRS
Folders to look for boot files in, separated by colons; a colon at the end stands for the usual ones.
%v is the release, %m the machine type, %x the folder of the program.
.TP
.B CHEZSCHEMELIBDIRS\fR, \fBCHEZSCHEMELIBEXTS
The defaults of \fB\-\-libdirs\fR and \fB\-\-libexts\fR.
.TP
.B XDG_CACHE_HOME
Where the user's cache is, if it isn't \fI~/.cache\fR.
.SH FILES
.TP
.I ~/.cache/coracle/RELEASE/MACHINE
The boot files that \fBcoracle fetch\fR obtained.
.TP
.I PREFIX/lib/coracle/RELEASE/MACHINE
Boot files for all users, where \fIPREFIX/bin\fR is the folder of the program.
)");
}

}  // namespace

int main() {
  print_head();
  print_options();
  print_rest();
  return std::fflush(stdout) == 0 ? 0 : 1;
}
