// The manual pages, for man.
#include <string_view>

#include "boot/profiles/profiles.h"
#include "tools/manual/output.h"

namespace coracle::manual {
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

std::string head(std::string_view name) {
  std::string upper;
  for (char const c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return ".TH " + roff(upper) + " 1 \"\" \"Coracle " CORACLE_VERSION "\" \"Coracle\"\n.SH NAME\n" +
         roff(name);
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

/// An entry of a list.
std::string entry(const std::string& title, std::string_view help) {
  return ".TP\n" + title + "\n" + roff(help) + "\n";
}

std::string option_entry(const Option& option) {
  std::string title;
  std::string const value = italic(option.value);
  switch (option.form) {
    case Option::Form::flag:
      if (!option.short_name.empty()) title = bold(option.short_name) + ", ";
      title += bold(option.long_name);
      break;
    case Option::Form::next:
    case Option::Form::either:
      if (!option.short_name.empty()) title = bold(option.short_name) + " " + value + ", ";
      title += bold(option.long_name) + " " + value;
      break;
    case Option::Form::equals: title = bold(option.long_name + "=") + value; break;
    case Option::Form::optional:
      title = bold(option.long_name) + "[" + bold("=") + value + "]";
      break;
  }
  return entry(title, option.help);
}

}  // namespace

std::string manual_page(const Command& program) {
  std::string page = head("coracle") +
                     R"( \- Chez Scheme on a virtual machine for its portable bytecode
.SH SYNOPSIS
.B coracle
[\fIoptions and files\fR]
.br
.B coracle \-\-script
\fIfile\fR [\fIarguments\fR]
)";
  for (const Command& command : program.subcommands) {
    page += ".br\n.B coracle " + command.name + "\n" + roff(command.arguments) + "\n";
  }
  page += R"(.SH DESCRIPTION
Starts Chez Scheme from its official boot files for portable bytecode (release )" +
          roff(supported_releases()) + R"(): loads the files
given as arguments, then reads expressions, evaluates them, and prints their values.
The options are those of Chez's own program, and some more.
Called as \fBscheme\fR or \fBpetite\fR it behaves as Chez's program does; \fBpetite\fR is the smaller
system, without the compiler.
.PP
It needs the boot files: run \fBcoracle fetch\fR once to obtain them.
.SH OPTIONS
)";
  std::string heading = program.options.front().heading;
  for (const Option& option : program.options) {
    if (option.heading != heading) page += ".PP\n" + roff(option.heading) + ":\n";
    heading = option.heading;
    page += option_entry(option);
  }
  page += ".SH COMMANDS\nAs the first argument:\n";
  for (const Command& command : program.subcommands) {
    page += entry(bold(command.name) + " " + italic(command.arguments), command.help);
  }
  return page + R"(.SH EXIT STATUS
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
.SH SEE ALSO
.BR coracle\-image (1)
)";
}

std::string image_manual_page(const Command& program) {
  std::string page = head("coracle-image") + R"( \- make and inspect images of Coracle
.SH SYNOPSIS
)";
  std::string subcommands;
  for (const Command& command : program.subcommands) {
    for (const Command& sub : command.subcommands) {
      std::string const name = "coracle " + command.name + " " + sub.name;
      page += ".B " + roff(name) + "\n[\\fIoptions\\fR] " + roff(sub.arguments) + "\n.br\n";
      subcommands += ".SS " + bold(name) + " [" + italic("options") + "] " + roff(sub.arguments) +
                     "\n" + roff(sub.description) + "\n";
      for (const Option& option : sub.options) subcommands += option_entry(option);
    }
  }
  return page + R"(.SH DESCRIPTION
An image is a file that holds boot files, compiled libraries and programs, other files and notes, each a
section with a name. Its contents are compressed, and each part has a sum. \fBcoracle \-b\fR boots it.
.PP
Nothing that an image holds is run. All subcommands but \fBcreate\fR and \fBextract\fR take boot files and
compiled files of Chez Scheme, too. A long option takes its value as the next argument or after an equals sign.
.SH SUBCOMMANDS
)" + subcommands +
         R"(.SH EXIT STATUS
0, or 1 after an error, whose message names the file and the place in it; \fBcoracle image diff\fR: 1 if the
files differ, 2 after an error.
.SH ENVIRONMENT
.TP
.B NO_COLOR
If it isn't empty there are no colours on a terminal.
.SH SEE ALSO
.BR coracle (1)
)";
}

}  // namespace coracle::manual
