// The command line.
#include <doctest/doctest.h>

#include "tools/options.h"
#include "tools/session.h"

namespace coracle {
namespace {

Result<Options> parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "/bin/coracle");
  return parse_options(arguments);
}
std::string error(std::vector<std::string> arguments) {
  Result<Options> const o = parse(std::move(arguments));
  return o ? "no error" : o.error().message;
}
using Strings = std::vector<std::string>;

TEST_SUITE("options") {
  TEST_CASE("flags, in either spelling, among the files") {
    Options const none = *parse({});
    CHECK(!none.quiet);
    CHECK(none.optimize_level == 0);
    CHECK(none.arguments.empty());
    for (const char* quiet : {"-q", "--quiet"}) CHECK(parse({quiet})->quiet);
    Options const o = *parse({"a.ss", "-q", "b.ss", "--verbose", "--import-notify"});
    CHECK(o.quiet);
    CHECK(o.verbose);
    CHECK(o.import_notify);
    CHECK(o.arguments == Strings{"a.ss", "b.ss"});
    CHECK(parse({"-"})->arguments == Strings{"-"});
    CHECK(parse({""})->arguments == Strings{""});
  }

  TEST_CASE("options with an argument") {
    Options const o =
        *parse({"--libdirs", "a:b", "--libexts", ".sls", "--optimize-level", "3", "--eehistory",
                "off", "-b", "x.boot", "--boot", "y.boot", "-B", "-z"});
    CHECK(o.libdirs == "a:b");
    CHECK(o.libexts == ".sls");
    CHECK(o.optimize_level == 3);
    CHECK(o.eehistory == "off");
    REQUIRE(o.boot_files.size() == 3);
    CHECK(o.boot_files[1].name == "y.boot");
    CHECK(!o.boot_files[1].direct);
    CHECK(o.boot_files[2].name == "-z");
    CHECK(o.boot_files[2].direct);
  }

  TEST_CASE("what follows a script, a program or -- is passed on") {
    Options const script = *parse({"-q", "--script", "s.ss", "-q", "--nonsense", "--", "x"});
    CHECK(script.script == "s.ss");
    CHECK(script.arguments == Strings{"-q", "--nonsense", "--", "x"});
    Options const program = *parse({"--program", "p.ss", "1"});
    CHECK(program.program == "p.ss");
    CHECK(!program.script);
    CHECK(program.arguments == Strings{"1"});
    CHECK(parse({"f.ss", "--", "-q", "--script"})->arguments == Strings{"f.ss", "-q", "--script"});
    CHECK(!parse({"--", "-q"})->quiet);
  }

  TEST_CASE("under the name scheme-script, the first argument is a program") {
    Result<Options> const o = parse_options({"/usr/bin/scheme-script", "p.ss", "-q"});
    REQUIRE(o.has_value());
    CHECK(o->program == "p.ss");
    CHECK(o->arguments == Strings{"-q"});
    CHECK(!parse_options({"scheme-script"}).has_value());
  }

  TEST_CASE("wrong options") {
    CHECK(error({"--nonsense"}) == "unknown option --nonsense; --help lists the options");
    CHECK(error({"-x"}).starts_with("unknown option -x"));
    CHECK(error({"--histograms"}).starts_with("unknown option"));
    for (const char* option : {"-b", "--boot", "-B", "--script", "--program", "--libdirs",
                               "--libexts", "--optimize-level", "--eehistory"}) {
      CHECK(error({option}) == std::string(option) + " requires argument");
    }
    CHECK(error({"--optimize-level", "4"}) == "invalid optimize-level 4, expected 0, 1, 2 or 3");
    CHECK(error({"--optimize-level", "02"}).starts_with("invalid optimize-level 02"));
    for (const char* option : {"-c", "--compact", "-h", "--heap", "-s", "--saveheap"}) {
      CHECK(error({option}).find("not presently supported") != std::string::npos);
    }
    CHECK(error({"--nonsense", "--help"}) != "no error");
  }

  TEST_CASE("--gc-log reports each collection or a summary") {
    CHECK(parse({"-q"})->gc_log == GcLogKind::none);
    CHECK(parse({"--gc-log"})->gc_log == GcLogKind::each);
    CHECK(parse({"--gc-log=summary"})->gc_log == GcLogKind::summary);
    CHECK(error({"--gc-log=all"}) == "--gc-log=all: expected --gc-log or --gc-log=summary");
  }

  TEST_CASE("the limit of memory has a unit") {
    CHECK(parse({"-q"})->memory_limit == 0);
    CHECK(parse({"--memory-limit=1000"})->memory_limit == 1000);
    CHECK(parse({"--memory-limit=10K"})->memory_limit == 10240);
    CHECK(parse({"--memory-limit=10M"})->memory_limit == 10 << 20);
    CHECK(parse({"--memory-limit=1G"})->memory_limit == 1 << 30);
    for (const char* bad : {"", "=", "=0", "=-1", "=M", "=1T", "=1MB", "=99999999999999999G"}) {
      CHECK(error({std::string("--memory-limit") + bad}).find("expected --memory-limit=N, ") !=
            std::string::npos);
    }
  }

  TEST_CASE("ranges of events are a number or two") {
    CHECK(parse({"--gc-at=17"})->gc_at.first == 17);
    CHECK(parse({"--gc-at=17"})->gc_at.last == 17);
    CHECK(parse({"--gc-at=17-20"})->gc_at.first == 17);
    CHECK(parse({"--gc-at=17-20"})->gc_at.last == 20);
    CHECK(parse({"--fail-memory=3-5"})->fail_memory.contains(5));
    CHECK(error({"--fail-memory=0"}) ==
          "--fail-memory=0: expected --fail-memory=N or --fail-memory=N-M, 1 <= N <= M");
    for (const char* bad : {"--gc-at", "--gc-at=", "--gc-at=0", "--gc-at=-1", "--gc-at=1x",
                            "--gc-at=3-", "--gc-at=3-2", "--gc-at=3-4-5"}) {
      CHECK(error({bad}) == std::string(bad) + ": expected --gc-at=N or --gc-at=N-M, 1 <= N <= M");
    }
  }

  TEST_CASE("a command is the first argument; under Chez's names it is a file") {
    Options const fetch = *parse({"fetch", "--print", "10.0.0"});
    CHECK(fetch.command == Command::fetch);
    CHECK(fetch.arguments == Strings{"--print", "10.0.0"});
    CHECK(parse({"-q", "fetch"})->command == Command::none);
    CHECK(parse({"./fetch"})->command == Command::none);
    for (const char* name : {"scheme", "/bin/petite", "chez", "/usr/bin/scheme-script"}) {
      Options const o = *parse_options({name, "fetch"});
      CHECK(o.command == Command::none);
    }
    CHECK(parse_options({"scheme", "fetch"})->arguments == Strings{"fetch"});
  }

  TEST_CASE("the histogram's file is part of the option") {
    CHECK(parse({"--histogram"})->histogram);
    CHECK(parse({"--histogram"})->histogram_file.empty());
    CHECK(parse({"--histogram=h.txt", "a"})->histogram_file == "h.txt");
    CHECK(parse({"--histogram=h.txt", "a"})->arguments == Strings{"a"});
  }

  TEST_CASE("--help lists every option and command") {
    std::string const text = usage("coracle");
#define COMMAND(name, arguments, help) CHECK(text.find("\n  " #name " ") != std::string::npos);
#define FLAG(field, short_name, long_name, help) CHECK(text.find(long_name) != std::string::npos);
#define TEXT(field, short_name, long_name, argument, help) FLAG(field, short_name, long_name, help)
#define OTHER(field, short_name, long_name, argument, help) FLAG(field, short_name, long_name, help)
#include "tools/options.def"
    CHECK(text.starts_with("usage: coracle [options and files]"));
  }

  TEST_CASE("--entries prints each entry with its status") {
    std::string const table = entries_table();
    CHECK(table.find("implemented  (cs)fasl_read") != std::string::npos);
    CHECK(table.find("elsewhere    (cs)fork_thread") != std::string::npos);
    CHECK(table.find(" implemented, ") != std::string::npos);
  }
}

}  // namespace
}  // namespace coracle
