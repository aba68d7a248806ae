// Finding boot files: the search path, the files that others need, and messages about files that don't fit.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "boot/boot_files.h"
#include "boot/boot_input.h"
#include "boot/known_files.h"
#include "boot/machine.h"
#include "boot/profiles/profiles.h"
#include "tests/unit/fasl_bytes.h"

namespace coracle {
namespace {

using test::FaslBytes;

/// A folder for one test, gone afterwards.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "coracle-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }
  std::string write(const std::string& name, const FaslBytes& bytes) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.bytes().data()),
               static_cast<std::streamsize>(bytes.bytes().size()));
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

BootSearch search_in(const std::string& heap_dirs, std::vector<BootFileName> files = {}) {
  BootSearch search;
  search.heap_dirs = heap_dirs;
  search.files = std::move(files);
  return search;
}

std::string paths(const BootSearch& search) {
  Result<std::vector<BootFile>> const files = find_boot_files(search);
  if (!files) return files.error().message;
  std::string text;
  for (const BootFile& f : *files) text += f.path + ";";
  return text;
}

std::string check(const std::string& path) {
  Result<std::vector<BootFile>> const files = check_boot_file(path);
  return files ? "fine" : files.error().message;
}

FaslBytes base_file() { return FaslBytes().header(); }
FaslBytes scheme_file() { return FaslBytes().header(0x0A000000, 1, "petite"); }

TEST_SUITE("boot files") {
  TEST_CASE("search paths: escapes, empty folders, warnings") {
    std::vector<std::string> warnings;
    auto const expand = [&](std::string_view path) {
      std::string text;
      for (const std::string& f : expand_search_path(path, profiles().front(), "/prog", warnings)) {
        text += f + ";";
      }
      return text;
    };
    CHECK(expand("") == "");
    CHECK(expand("/a:/b") == "/a;/b;");
    CHECK(expand("::/a::") == "/a;");
    CHECK(expand("%x/boot/%v/%m") == "/prog/boot/10.0.0/pb;");
    CHECK(expand("/a%:b:/100%%") == "/a:b;/100%;");
    CHECK(warnings.empty());
    CHECK(expand("/a%z") == "/az;");
    CHECK(expand("/a%") == "/a;");
    CHECK(warnings.size() == 2);
  }

  TEST_CASE("without -b: scheme.boot, and what it needs before it") {
    Folder const folder;
    folder.write("one/scheme.boot", scheme_file());
    folder.write("two/petite.boot", base_file());
    BootSearch search = search_in(folder.path("one") + ":" + folder.path("two"));
    CHECK(paths(search) ==
          folder.path("two/petite.boot") + ";" + folder.path("one/scheme.boot") + ";");
    search.default_name = "petite";
    CHECK(paths(search) == folder.path("two/petite.boot") + ";");
    search.default_name = "other";
    CHECK(paths(search).starts_with(
        "cannot find other.boot for Chez Scheme 10.0.0, 10.2.0-pre-release.2 or 9.5.9.8, "
        "machine type pb"));
    CHECK(paths(search).find(folder.path("one")) != std::string::npos);
    search.advice = "\nask somebody";
    CHECK(paths(search).ends_with(search.advice));
    std::vector<std::string> steps;
    search.on_step = [&](const std::string& step) { steps.push_back(step); };
    std::vector<std::string> warnings;
    search.on_warning = [&](const std::string& warning) { warnings.push_back(warning); };
    search.heap_dirs = folder.path("two") + "/%z";
    paths(search);
    CHECK(steps == std::vector{"trying " + folder.path("two") + "/z/other.boot...cannot open"});
    REQUIRE(!warnings.empty());
    CHECK(warnings[0].ends_with("has a % that begins no escape; it is ignored"));
  }

  TEST_CASE("the search skips a file that doesn't fit, and names it in the end") {
    Folder const folder;
    folder.write("native/petite.boot", FaslBytes().header(0x0A000000, 33));
    folder.write("pb/petite.boot", base_file());
    BootSearch search = search_in(folder.path("native") + ":" + folder.path("pb"));
    search.default_name = "petite";
    CHECK(paths(search) == folder.path("pb/petite.boot") + ";");
    search.heap_dirs = folder.path("native");
    CHECK(paths(search).find("for machine type a6le") != std::string::npos);
  }

  TEST_CASE("-b searches, -B doesn't, and paths stand for themselves") {
    Folder const folder;
    std::string const petite = folder.write("petite.boot", base_file());
    std::string const scheme = folder.write("scheme.boot", scheme_file());
    std::string const dirs = folder.path();
    CHECK(paths(search_in(dirs, {{"petite.boot"}, {"scheme.boot"}})) ==
          petite + ";" + scheme + ";");
    CHECK(paths(search_in("", {{petite}, {scheme}})) == petite + ";" + scheme + ";");
    CHECK(paths(search_in("", {{petite, true}})) == petite + ";");
    CHECK(paths(search_in(dirs, {{"petite.boot", true}})).find("petite.boot: cannot open") !=
          std::string::npos);
    // The file that it needs is beside it.
    CHECK(paths(search_in("", {{scheme}})) == petite + ";" + scheme + ";");
    CHECK(paths(search_in(dirs, {{"nothing.boot"}}))
              .starts_with("cannot find the boot file nothing.boot"));
    CHECK(paths(search_in("", {{folder.path("nothing.boot")}})).find("cannot open: No such file") !=
          std::string::npos);
  }

  TEST_CASE("files that don't belong together") {
    Folder const folder;
    std::string const petite = folder.write("petite.boot", base_file());
    std::string const scheme = folder.write("alone/scheme.boot", scheme_file());
    CHECK(paths(search_in("", {{petite}, {petite}})).find("a base boot file must come before") !=
          std::string::npos);
    std::string const missing = paths(search_in("", {{scheme}}));
    CHECK(missing.starts_with("cannot find petite.boot, which " + scheme + " needs"));
    std::string const older =
        folder.write("older/scheme.boot", FaslBytes().header(0x09050908, 1, "petite"));
    CHECK(paths(search_in("", {{petite}, {older}})) ==
          older + " is for Chez Scheme 9.5.9.8, but " + petite + " is for 10.0.0");
    folder.write("circle/petite.boot", FaslBytes().header(0x0A000000, 1, "petite"));
    CHECK(paths(search_in("", {{folder.path("circle/petite.boot")}})).find("in a circle") !=
          std::string::npos);
  }

  TEST_CASE("files that aren't boot files, or not ones that can be booted") {
    Folder const folder;
    auto const file = [&](const FaslBytes& bytes) { return check(folder.write("f", bytes)); };
    std::string const f = folder.path("f");
    CHECK(file(base_file()) == "fine");
    CHECK(file(FaslBytes().raw("#!/bin/sh\n")) ==
          "not a boot file: " + f +
              "+0x0: found the byte 35, expected a fasl header (the bytes 0 0 0 0 and \"chez\")");
    CHECK(
        file(FaslBytes()).starts_with("not a boot file: " + f + "+0x0: found the end of the file"));
    CHECK(file(FaslBytes().raw(std::string_view("\0\0\0\0chez\x80", 9))) ==
          "damaged boot file: " + f +
              "+0x9: found the end of the file, expected the version of a fasl header");
    CHECK(file(FaslBytes().header(0x0A000000, 33)) ==
          f + "+0xc: found a boot file for machine type a6le (Chez Scheme 10.0.0), expected pb, "
              "portable "
              "bytecode");
    CHECK(file(FaslBytes().header(0x0A020002, 1)) == "fine");
    CHECK(file(FaslBytes().header(0x0A010000, 33)) ==
          f + "+0x8: found a boot file of Chez Scheme 10.1.0, expected 10.0.0, "
              "10.2.0-pre-release.2 or "
              "9.5.9.8; how a release is added: \"Support a new Chez release\" in Coracle's "
              "CONTRIBUTING.md");
    CHECK(file(FaslBytes().header(std::uint64_t{1} << 40, 1)).find("unknown (1099511627776)") !=
          std::string::npos);
    CHECK(file(FaslBytes().header(0x0A000000, 99)).find("machine type number 99") !=
          std::string::npos);
    CHECK(check(folder.path()).find("folder") != std::string::npos);
    CHECK(check(folder.path("none")).find("cannot open: No such file") != std::string::npos);
  }

  TEST_CASE("booting damaged images: each is an error with its place") {
    Folder const folder;
    auto const boot = [&](const FaslBytes& bytes) {
      BootSearch const search = search_in("", {{folder.write("f.boot", bytes)}});
      Result<std::unique_ptr<Machine>> const machine = Machine::boot(search, VmOptions{});
      REQUIRE(!machine.has_value());
      std::string message = machine.error().message;
      std::string const prefix = folder.path("f.boot");
      REQUIRE(message.starts_with(prefix));
      // The same bytes in memory, by the same name.
      Result<std::unique_ptr<Machine>> const in_memory =
          Machine::boot(search_in("", {{prefix, false, bytes.bytes()}}), VmOptions{});
      REQUIRE(!in_memory.has_value());
      CHECK(in_memory.error().message == message);
      return message.substr(prefix.size());
    };
    FaslBytes code;
    code.code(FaslCode::code).byte(0).number(0).number(4).fixnum(0).fixnum(0).fixnum(0);
    code.code(FaslCode::immediate).number(nil.bits).instructions(4).number(0);
    CHECK(boot(base_file()) ==
          "+0xf: found the end of the file, expected the error-invoke code object");
    CHECK(boot(base_file().plain(FaslBytes().fixnum(1))) ==
          "+0x13: found another object, expected the error-invoke code object");
    CHECK(boot(base_file().plain(code).plain(FaslBytes().fixnum(1)))
              .find("expected the invoke code object") != std::string::npos);
    CHECK(boot(base_file().plain(code).plain(code).plain(FaslBytes().fixnum(1)))
              .find("expected the base record type descriptor") != std::string::npos);
    CHECK(boot(base_file().plain(FaslBytes().byte(61))) == "+0x13: unknown fasl code 61");
    CHECK(boot(base_file().header(0x09050900))
              .find("a fasl header of Chez Scheme 9.5.9, expected 10.0.0") != std::string::npos);
    CHECK(boot(base_file().header(0x0A000000, 33)).find("for machine type a6le, expected pb") !=
          std::string::npos);
    std::uint8_t const rubbish[] = {0xFF, 0xFF, 0xFF};
    CHECK(boot(base_file().compressed(FaslCode::lz4, 100, rubbish)).find("a bad LZ4 block") !=
          std::string::npos);
  }
}

}  // namespace
TEST_SUITE("image") {
  TEST_CASE("known files: the release's own, and not with a changed byte") {
    for (const char* const name : {"petite.boot", "scheme.boot"}) {
      std::ifstream file(std::string(std::getenv("CORACLE_BOOT")) + "/" + name, std::ios::binary);
      std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
      CHECK(is_size_of_known_file(bytes.size()));
      CHECK(is_known_file(bytes.size(), xxh3_128(bytes.data(), bytes.size())));
      Folder const folder;
      for (bool const changed : {false, true}) {
        if (changed) bytes[bytes.size() / 2] ^= 1;
        std::string const path = folder.write("x.boot", FaslBytes().raw(bytes));
        Result<std::vector<BootFile>> files = check_boot_file(path);
        REQUIRE(files.has_value());
        BootInput input(*std::pmr::get_default_resource());
        REQUIRE(input.open(files->front()).has_value());
        CHECK(input.is_known() == !changed);
        CHECK(input.source().take(4)->size() == 4);
        files->front().bytes = bytes;
        REQUIRE(input.open(files->front()).has_value());
        CHECK(input.is_known() == !changed);
      }
    }
    CHECK_FALSE(is_size_of_known_file(1000));
  }
}

}  // namespace coracle
