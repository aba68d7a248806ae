// coracle image list
#include "boot/profiles/profiles.h"
#include "tools/image/input.h"
#include "tools/image/output.h"
#include "tools/image/subcommands.h"

namespace coracle::image {
namespace {

struct Row {
  ImageSection section;
  std::uint64_t parts = 0;  // blocks, or objects
};

/// Counts blocks, or the objects of a file of Chez's, and their sizes.
Result<void> measure(Input& input, Row& row, std::vector<FaslHeader>& headers) {
  if (input.header()) {
    for (;; ++row.parts) {
      Result<std::span<const std::uint8_t>> const block = input.reader().next_block();
      if (!block) return tl::unexpected<Error>(block.error());
      if (block->empty()) return {};
    }
  }
  Objects objects(input.contents(), input.memory());
  for (;; ++row.parts) {
    Result<std::optional<FaslPayload>> const object = objects.next();
    if (!object) return tl::unexpected<Error>(object.error());
    if (!*object) break;
    row.section.size += (*object)->bytes.size();
  }
  headers = objects.headers();
  return {};
}

/// "13.4 %", of what is stored.
std::string ratio(const ImageSection& section) {
  if (section.size == 0) return "";
  char text[32];
  std::snprintf(
      text, sizeof text, "%.1f %%",
      100.0 * static_cast<double>(section.stored_size) / static_cast<double>(section.size));
  return text;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

/// The header of a file of Chez's, as if it were an image's.
ImageHeader header_of(const std::vector<FaslHeader>& headers) {
  ImageHeader header;
  if (headers.empty()) return header;
  header.release = release_name(headers.front().version);
  header.machine = machine_name(headers.front());
  header.needs = headers.front().dependencies;
  return header;
}

const char* name_of(ByteOrder order) {
  switch (order) {
    case ByteOrder::little: return "little";
    case ByteOrder::big: return "big";
    case ByteOrder::any: break;
  }
  return "any";
}

std::string as_json(const Input& input, const ImageHeader& header, const std::vector<Row>& rows) {
  Json json;
  json.open_object().field("file", input.path());
  json.field("format", input.header() ? "image" : "fasl");
  if (input.header()) json.field("version", std::uint64_t{image_version});
  json.field("release", header.release).field("machine", header.machine);
  if (input.header()) {
    json.field("byte_order", name_of(header.byte_order)).field("features", header.features);
  }
  json.field("needs", header.needs).key("sections").open_array();
  for (const Row& row : rows) {
    const ImageSection& s = row.section;
    json.open_object().field("name", s.name).field("kind", section_kind_name(s.kind));
    json.field("size", s.size).field("stored_size", s.stored_size);
    json.field(input.header() ? "blocks" : "objects", row.parts);
    json.field("sum", hex(s.sum));
    if (input.header()) json.field("offset", s.offset);
    json.close_object();
  }
  json.close_array().close_object();
  return json.take();
}

std::string as_text(const Input& input, const ImageHeader& header, const std::vector<Row>& rows) {
  std::string text = printable(input.path()) + ": ";
  text += header.release.empty() ? "for any release" : "Chez Scheme " + printable(header.release);
  if (!header.machine.empty()) text += ", machine type " + printable(header.machine);
  if (header.byte_order != ByteOrder::any) {
    text += std::string(", ") + name_of(header.byte_order) + "-endian";
  }
  if (!header.needs.empty()) text += ", needs " + printable(joined(header.needs, " or "));
  if (!header.features.empty()) text += ", features " + printable(joined(header.features, " "));
  text += "\n\n";
  using enum Table::Align;
  Table table({{"name"},
               {"kind"},
               {"size", right},
               {"stored", right},
               {"ratio", right},
               {input.header() ? "blocks" : "objects", right},
               {"sum"}});
  for (const Row& row : rows) {
    const ImageSection& s = row.section;
    table.add({printable(s.name), section_kind_name(s.kind), std::to_string(s.size),
               std::to_string(s.stored_size), ratio(s), std::to_string(row.parts), hex(s.sum)});
  }
  return text + table.text(Style());
}

}  // namespace

Result<int> run_list(const Arguments& arguments) {
  Result<std::unique_ptr<Input>> const opened = Input::open(arguments.operands[0]);
  if (!opened) return tl::unexpected<Error>(opened.error());
  Input& input = **opened;
  std::vector<Row> rows;
  std::vector<FaslHeader> headers;
  for (;;) {
    Result<std::optional<ImageSection>> section = input.next();
    if (!section) return tl::unexpected<Error>(section.error());
    if (!*section) break;
    Row row{std::move(**section)};
    Result<void> const measured = measure(input, row, headers);
    if (!measured) return tl::unexpected<Error>(measured.error());
    rows.push_back(std::move(row));
  }
  ImageHeader const header = input.header() ? *input.header() : header_of(headers);
  Result<void> const printed =
      print(arguments.json ? as_json(input, header, rows) : as_text(input, header, rows));
  if (!printed) return tl::unexpected<Error>(printed.error());
  return 0;
}

}  // namespace coracle::image
