// coracle image objects
#include <algorithm>
#include <array>

#include "boot/image/fasl_object.h"
#include "tools/image/input.h"
#include "tools/image/output.h"
#include "tools/image/subcommands.h"

namespace coracle::image {
namespace {

struct Count {
  std::uint64_t count = 0, bytes = 0;
};

/// What objects there are, and how many bytes of the file, uncompressed, each kind takes. Every byte of an
/// object counts once: parts that are objects count as those.
struct Census {
  std::array<Count, fasl_rows.size()> objects;  // by FaslCode
  Count instructions;  // bytes of code objects, without what describes them
  Count relocations;
  Count references;  // marks of objects that are referred to more than once, and references to them

  std::uint64_t total() const {
    std::uint64_t bytes = instructions.bytes + relocations.bytes + references.bytes;
    for (const Count& c : objects) bytes += c.bytes;
    return bytes;
  }
  std::uint64_t total_objects() const {
    std::uint64_t n = 0;
    for (const Count& c : objects) n += c.count;
    return n;
  }
};

/// The sink of FaslReader. Bytes between two calls belong to what the second call says, but those before an
/// item to what it is read for: a relocation, a field of a record, or a mark.
class Counter {
 public:
  enum class Ref : std::uint8_t { none, object };
  struct Node {};

  Counter(Census& census, std::uint64_t start) : census_(census), seen_(start) {}

  static bool defined(Ref r) { return r != Ref::none; }
  Ref leaf(ByteReader& in, const FaslItem& item) {
    begin(item);
    count(item.code, in.offset());
    return Ref::object;
  }
  Node open(ByteReader& in, const FaslItem& item) {
    begin(item);
    count(item.code, in.offset());
    tail_of_.push_back(Tail::none);
    return {};
  }
  static Ref identity(const Node&) { return Ref::object; }
  void child(ByteReader& in, FaslCode code, const Node&, std::uint64_t, Ref) {
    census_.references.bytes += passed(in.offset());
    if (code == FaslCode::record) tail_of_.back() = Tail::fields;
  }
  void code_bytes(ByteReader& in, const Node&, std::span<const std::uint8_t>) {
    ++census_.instructions.count;
    census_.instructions.bytes += passed(in.offset());
  }
  void relocation_table(ByteReader& in, const Node&, std::uint64_t) {
    census_.relocations.bytes += passed(in.offset());
    tail_of_.back() = Tail::relocations;
  }
  void relocation(ByteReader& in, const Node&, const FaslRelocation&, Ref) {
    ++census_.relocations.count;
    census_.relocations.bytes += passed(in.offset());
  }
  void field(ByteReader& in, const Node&, FaslFieldType, std::uint64_t, std::uint64_t) {
    of(FaslCode::record).bytes += passed(in.offset());
  }
  void pointer_field(ByteReader& in, const Node&, std::uint64_t, Ref) {
    of(FaslCode::record).bytes += passed(in.offset());
  }
  Ref close(ByteReader& in, FaslCode code, const Node&) {
    of(code).bytes += passed(in.offset());
    tail_of_.pop_back();
    return Ref::object;
  }
  /// After the last object.
  void finish(std::uint64_t end) { census_.references.bytes += passed(end); }

 private:
  enum class Tail : std::uint8_t { none, relocations, fields };

  std::uint64_t passed(std::uint64_t offset) {
    std::uint64_t const n = offset - seen_;
    seen_ = offset;
    return n;
  }
  Count& of(FaslCode code) { return census_.objects[static_cast<std::size_t>(code)]; }
  void begin(const FaslItem& item) {
    std::uint64_t const bytes = passed(item.offset);
    switch (tail_of_.empty() ? Tail::none : tail_of_.back()) {
      case Tail::none: census_.references.bytes += bytes; break;
      case Tail::relocations: census_.relocations.bytes += bytes; break;
      case Tail::fields: of(FaslCode::record).bytes += bytes; break;
    }
  }
  void count(FaslCode code, std::uint64_t end) {
    ++of(code).count;
    of(code).bytes += passed(end);
  }

  Census& census_;
  std::uint64_t seen_;
  std::vector<Tail> tail_of_;  // of the objects that are open
};

Result<void> count_objects(Input& input, Census& census) {
  Objects objects(input.contents(), input.memory());
  for (;;) {
    Result<std::optional<FaslPayload>> const object = objects.next();
    if (!object) return tl::unexpected<Error>(object.error());
    if (!*object) return {};
    const FaslPayload& payload = **object;
    Counter counter(census, payload.base);
    Result<Counter::Ref> const read =
        read_fasl_object(payload, counter, objects.counts_externals(), &input.memory());
    if (!read) return tl::unexpected<Error>(read.error());
    counter.finish(payload.base + payload.bytes.size());
  }
}

struct Kind {
  std::string name;
  Count count;
};

/// Those that there are, the largest first.
std::vector<Kind> kinds_of(const Census& census) {
  std::vector<Kind> kinds;
  auto const add = [&](std::string name, const Count& count) {
    if (count.count != 0 || count.bytes != 0) kinds.push_back({std::move(name), count});
  };
  for (std::size_t i = 0; i < census.objects.size(); ++i) {
    std::string name(fasl_rows[i].name);
    std::ranges::replace(name, '_', ' ');
    add(std::move(name), census.objects[i]);
  }
  add("(instructions)", census.instructions);
  add("(relocations)", census.relocations);
  add("(references)", census.references);
  std::ranges::sort(kinds, [](const Kind& a, const Kind& b) {
    return a.count.bytes != b.count.bytes ? a.count.bytes > b.count.bytes : a.name < b.name;
  });
  return kinds;
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%",
                whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

std::string as_text(const Census& census) {
  using enum Table::Align;
  Table table({{"kind"}, {"count", right}, {"bytes", right}, {"share", right}});
  std::uint64_t const total = census.total();
  for (const Kind& k : kinds_of(census)) {
    bool const counted = k.count.count != 0;
    table.add({k.name, counted ? std::to_string(k.count.count) : "", std::to_string(k.count.bytes),
               share(k.count.bytes, total)});
  }
  table.add({"all objects", std::to_string(census.total_objects()), std::to_string(total),
             share(total, total)});
  return table.text(Style());
}

std::string as_json(const std::string& path, const Census& census) {
  Json json;
  json.open_object().field("file", path);
  json.field("objects", census.total_objects()).field("bytes", census.total());
  json.key("kinds").open_array();
  for (const Kind& k : kinds_of(census)) {
    json.open_object().field("kind", k.name).field("count", k.count.count);
    json.field("bytes", k.count.bytes).close_object();
  }
  json.close_array().close_object();
  return json.take();
}

}  // namespace

Result<int> run_objects(const Arguments& arguments) {
  Result<std::unique_ptr<Input>> const input = Input::open(arguments.operands[0]);
  if (!input) return tl::unexpected<Error>(input.error());
  Census census;
  Result<void> const done = each_fasl_section(**input, arguments.section, [&](const ImageSection&) {
    return count_objects(**input, census);
  });
  if (!done) return tl::unexpected<Error>(done.error());
  Result<void> const printed =
      print(arguments.json ? as_json((*input)->path(), census) : as_text(census));
  if (!printed) return tl::unexpected<Error>(printed.error());
  return 0;
}

}  // namespace coracle::image
