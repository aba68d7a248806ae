// coracle image verify
#include <cstdio>

#include "boot/image/fasl_object.h"
#include "boot/profiles/profiles.h"
#include "tools/image/fasl_verifier.h"
#include "tools/image/input.h"
#include "tools/image/output.h"
#include "tools/image/subcommands.h"
#include "vm/base/byte_reader.h"

namespace coracle::image {
namespace {

struct Row {
  ImageSection section;
  Verified verified;
  std::string
      unverified;  // "ta6le", if there is code that isn't verified because it is for that machine
  std::string error;  // empty if there is none
};

class Verifier {
 public:
  explicit Verifier(Input& input) : input_(input) {}

  void run() {
    for (;;) {
      Result<std::optional<ImageSection>> section = input_.next();
      if (!section) {
        error_ = section.error().message;
        return;
      }
      if (!*section) return;
      Row row{std::move(**section), {}, {}, {}};
      Result<void> sound = Input::holds_fasl(row.section) ? verify_objects(row) : Result<void>();
      if (!sound) row.error = sound.error().message;
      // What follows the last object has a sum, too.
      Result<void> const rest = input_.read_rest();
      if (!rest && row.error.empty()) row.error = rest.error().message;
      rows_.push_back(std::move(row));
      if (!rest) return;
    }
  }

  std::vector<std::string> errors() const {
    std::vector<std::string> errors;
    for (const Row& row : rows_) {
      if (!row.error.empty()) errors.push_back(row.error);
    }
    if (!error_.empty()) errors.push_back(error_);
    return errors;
  }
  std::string as_text() const;
  std::string as_json() const;

 private:
  Result<void> verify_objects(Row& row);
  /// The release must be known, and what the image's header says.
  Result<void> check_header(const FaslHeader& header) const;

  Input& input_;
  std::vector<Row> rows_;
  std::string error_;  // of what is not in a section
};

Result<void> Verifier::check_header(const FaslHeader& header) const {
  const std::string& name = input_.contents().name();
  auto const differs = [&](std::uint64_t offset, const std::string& what, const std::string& found,
                           const std::string& expected) -> Result<void> {
    return fail(at_offset(name, offset, "found " + what + " " + found + ", expected " + expected));
  };
  const Profile* const release = find_release(header.version);
  if (release == nullptr) {
    return differs(header.version_offset, "release", release_name(header.version),
                   supported_releases());
  }
  if (!input_.header()) return {};
  const ImageHeader& image = *input_.header();
  if (release->release != image.release) {
    return differs(header.version_offset, "release", std::string(release->release),
                   image.release + ", as in the image's header");
  }
  constexpr std::uint64_t any_machine = 0;
  std::string const machine = machine_type_name(*release, header.machine_type);
  if (header.machine_type != any_machine && machine != image.machine) {
    return differs(header.machine_type_offset, "machine type", machine,
                   image.machine + ", as in the image's header");
  }
  return {};
}

Result<void> Verifier::verify_objects(Row& row) {
  Objects objects(input_.contents(), input_.memory());
  bool expects_continuations = false;
  for (std::size_t checked = 0;;) {
    Result<std::optional<FaslPayload>> const object = objects.next();
    if (!object) return tl::unexpected<Error>(object.error());
    for (; checked < objects.headers().size(); ++checked) {
      Result<void> const sound = check_header(objects.headers()[checked]);
      if (!sound) return sound;
      // A base boot file needs no other.
      expects_continuations =
          row.section.kind == SectionKind::boot && objects.headers()[checked].dependencies.empty();
    }
    if (checked == 0) {
      return fail(at_offset(input_.contents().name(), 0,
                            object->has_value() ? "found an object, expected a fasl header"
                                                : "found no objects, expected a fasl header"));
    }
    if (!*object) return {};
    const FaslPayload& payload = **object;
    const Profile* const profile = objects.profile();
    FaslVerifier verifier(profile, expects_continuations, input_.memory());
    Result<FaslVerifier::Ref> const read =
        read_fasl_object(payload, verifier, objects.counts_externals(), &input_.memory());
    if (!read) return tl::unexpected<Error>(read.error());
    row.verified.objects += verifier.verified().objects;
    row.verified.code += verifier.verified().code;
    row.verified.relocations += verifier.verified().relocations;
    if (profile == nullptr && verifier.verified().code != 0) {
      row.unverified = machine_type_name(*objects.release(), objects.headers().back().machine_type);
    }
  }
}

std::string Verifier::as_text() const {
  using enum Table::Align;
  Table table({{"name"},
               {"kind"},
               {"objects", right},
               {"code", right},
               {"relocations", right},
               {"result"}});
  Style const style;
  for (const Row& row : rows_) {
    bool const fasl = Input::holds_fasl(row.section);
    auto const count = [&](std::uint64_t n) { return fasl ? std::to_string(n) : ""; };
    std::string result = row.error.empty() ? style.good("ok") : style.bad("damaged");
    if (!row.unverified.empty()) result += ", but its code isn't verified: " + row.unverified;
    table.add({printable(row.section.name), section_kind_name(row.section.kind),
               count(row.verified.objects), count(row.verified.code),
               count(row.verified.relocations), std::move(result)});
  }
  return table.text(style);
}

std::string Verifier::as_json() const {
  Json json;
  json.open_object().field("file", input_.path()).field("ok", errors().empty());
  json.field("errors", errors()).key("sections").open_array();
  for (const Row& row : rows_) {
    json.open_object().field("name", row.section.name);
    json.field("kind", section_kind_name(row.section.kind)).field("ok", row.error.empty());
    if (Input::holds_fasl(row.section)) {
      json.field("objects", row.verified.objects).field("code", row.verified.code);
      json.field("relocations", row.verified.relocations);
      json.field("code_verified", row.unverified.empty());
    }
    if (!row.error.empty()) json.field("error", row.error);
    json.close_object();
  }
  json.close_array().close_object();
  return json.take();
}

}  // namespace

Result<int> run_verify(const Arguments& arguments) {
  Result<std::unique_ptr<Input>> const input = Input::open(arguments.operands[0]);
  if (!input) return tl::unexpected<Error>(input.error());
  Verifier verifier(**input);
  verifier.run();
  Result<void> const printed = print(arguments.json ? verifier.as_json() : verifier.as_text());
  if (!printed) return tl::unexpected<Error>(printed.error());
  std::vector<std::string> const errors = verifier.errors();
  for (const std::string& error : errors) {
    std::fprintf(stderr, "coracle image verify: %s\n", printable(error).c_str());
  }
  return errors.empty() ? 0 : 1;
}

}  // namespace coracle::image
