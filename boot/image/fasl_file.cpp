#include "boot/image/fasl_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "boot/image/block_codec.h"
#include "vm/base/byte_reader.h"
#include "vm/host/errors.h"
#include "vm/host/files.h"

namespace coracle {
namespace {

constexpr std::size_t first_piece = 1 << 20;

/// A longer list of names in a header than any file has.
constexpr std::uint64_t maximum_dependencies_length = 1 << 16;

tl::unexpected<Error> fail_at(const ByteSource& source, std::uint64_t offset,
                              const std::string& what) {
  return fail(at_offset(source.name(), offset, what));
}

std::string found(int byte) {
  return byte < 0 ? "the end of the file" : "the byte " + std::to_string(byte);
}

struct Number {
  std::uint64_t value = 0;
  std::uint64_t bytes = 0;
};
Result<Number> unsigned_number(ByteSource& source, const char* what) {
  std::uint64_t const start = source.offset();
  Number n;
  for (;;) {
    Result<int> const b = source.byte();
    if (!b) return tl::unexpected<Error>(b.error());
    if (*b < 0)
      return fail_at(source, source.offset(),
                     "found the end of the file, expected " + std::string(what));
    if (n.value >> 57 != 0) {
      return fail_at(source, start,
                     "found a number wider than 64 bits, expected " + std::string(what));
    }
    n.value = n.value << 7 | static_cast<std::uint64_t>(*b & 0x7F);
    ++n.bytes;
    if ((*b & 0x80) == 0) return n;
  }
}

/// The header after its first byte.
Result<FaslHeader> rest_of_header(ByteSource& source) {
  FaslHeader header;
  std::uint64_t const begin = source.offset() - 1;
  for (std::size_t i = 1; i < fasl_magic.size(); ++i) {
    Result<int> const b = source.byte();
    if (!b) return tl::unexpected<Error>(b.error());
    if (*b != fasl_magic[i]) {
      return fail_at(
          source, begin + i,
          "found " + found(*b) + ", expected a fasl header (the bytes 0 0 0 0 and \"chez\")");
    }
  }
  header.version_offset = source.offset();
  Result<Number> const version = unsigned_number(source, "the version of a fasl header");
  if (!version) return tl::unexpected<Error>(version.error());
  header.machine_type_offset = source.offset();
  Result<Number> const machine = unsigned_number(source, "the machine type of a fasl header");
  if (!machine) return tl::unexpected<Error>(machine.error());
  header.version = version->value;
  header.machine_type = machine->value;

  std::uint64_t const start = source.offset();
  auto const next = [&]() -> Result<int> { return source.byte(); };
  Result<int> b = next();
  if (!b) return tl::unexpected<Error>(b.error());
  if (*b != '(') {
    return fail_at(source, start, "found " + found(*b) + ", expected the list of base files");
  }
  std::string name;
  auto const end_name = [&] {
    if (!name.empty()) header.dependencies.push_back(std::move(name));
    name.clear();
  };
  for (;;) {
    b = next();
    if (!b) return tl::unexpected<Error>(b.error());
    if (*b < 0 || source.offset() - start > maximum_dependencies_length) {
      return fail_at(source, start, "found a list of base files without an end, expected \")\"");
    }
    if (*b == ')') break;
    if (*b == ' ') end_name();
    else name.push_back(static_cast<char>(*b));
  }
  end_name();
  return header;
}

/// A script's first line, after its first byte.
Result<void> rest_of_script_line(ByteSource& source) {
  std::uint64_t const begin = source.offset() - 1;
  auto const wrong = [&](int byte, std::uint64_t i) {
    return fail_at(
        source, begin + i,
        "found " + found(byte) + ", expected a script's first line (\"#! \" or \"#!/\")");
  };
  Result<int> b = source.byte();
  if (b && *b != '!') return wrong(*b, 1);
  if (b) b = source.byte();
  if (b && *b != ' ' && *b != '/') return wrong(*b, 2);
  while (b && *b >= 0 && *b != '\n') b = source.byte();
  if (!b) return tl::unexpected<Error>(b.error());
  return {};
}

}  // namespace

// --- Sources.

Error ByteSource::end_of_data(std::uint64_t offset, std::uint64_t expected,
                              std::uint64_t available) const {
  return Error{at_offset(name(), offset,
                         "found " + std::to_string(available) +
                             " bytes before the end of the file, expected " +
                             std::to_string(expected))};
}

Result<void> ByteSource::take_into(ByteBuffer& to, std::uint64_t n) {
  Result<std::span<const std::uint8_t>> const taken = take(n);
  if (!taken) return tl::unexpected<Error>(taken.error());
  to.assign(*taken);
  return {};
}

Result<int> MemorySource::byte() {
  if (offset() == bytes_.size()) return -1;
  int const b = bytes_[static_cast<std::size_t>(offset())];
  advance(1);
  return b;
}

Result<std::span<const std::uint8_t>> MemorySource::take(std::uint64_t n) {
  std::uint64_t const left = bytes_.size() - offset();
  if (n > left) return tl::unexpected<Error>(end_of_data(offset(), n, left));
  std::span<const std::uint8_t> const result =
      bytes_.subspan(static_cast<std::size_t>(offset()), static_cast<std::size_t>(n));
  advance(n);
  return result;
}

Result<void> MemorySource::skip(std::uint64_t n) {
  Result<std::span<const std::uint8_t>> const skipped = take(n);
  if (!skipped) return tl::unexpected<Error>(skipped.error());
  return {};
}

std::int64_t DescriptorSource::read_file(int descriptor, std::uint8_t* to, std::size_t n) {
  return host::uninterrupted([&] { return host::read_file(descriptor, to, n); });
}

Result<std::size_t> DescriptorSource::read_some(std::uint8_t* to, std::size_t n) {
  std::int64_t const k = read_file(descriptor_, to, n);
  if (k < 0) return fail_at(*this, offset(), "error reading: " + host::error_text(errno));
  return static_cast<std::size_t>(k);
}

Result<std::size_t> DescriptorSource::read(std::uint8_t* to, std::size_t n) {
  std::size_t got = 0;
  while (got < n) {
    bool const through_window = ahead_ == Ahead::yes && n - got < window_.size();
    if (through_window && next_ == end_) {
      Result<std::size_t> const k = read_some(window_.data(), window_.size());
      if (!k) return k;
      next_ = 0;
      end_ = *k;
      if (*k == 0) break;
    }
    if (next_ != end_) {
      std::size_t const k = std::min(n - got, end_ - next_);
      std::memcpy(to + got, window_.data() + next_, k);
      next_ += k;
      got += k;
      continue;
    }
    Result<std::size_t> const k = read_some(to + got, n - got);
    if (!k) return k;
    if (*k == 0) break;
    got += *k;
  }
  advance(got);
  return got;
}

Result<int> DescriptorSource::byte() {
  std::uint8_t b = 0;
  Result<std::size_t> const got = read(&b, 1);
  if (!got) return tl::unexpected<Error>(got.error());
  return *got == 0 ? -1 : b;
}

Result<std::span<const std::uint8_t>> DescriptorSource::take(std::uint64_t n) {
  Result<void> const taken = take_into(buffer_, n);
  if (!taken) return tl::unexpected<Error>(taken.error());
  return std::span<const std::uint8_t>(buffer_.bytes());
}

Result<void> DescriptorSource::take_into(ByteBuffer& to, std::uint64_t n) {
  // The size is trusted as far as the file is known to reach; beyond that piece by piece, as bytes arrive.
  std::uint64_t const believed =
      n > first_piece ? std::max<std::uint64_t>(first_piece, known_rest()) : first_piece;
  std::uint64_t got = 0;
  std::uint64_t const start = offset();
  to.resize(0);
  while (got < n) {
    std::uint64_t const piece = std::min(n - got, std::max(got, believed));
    to.resize(static_cast<std::size_t>(got + piece));
    Result<std::size_t> const k = read(to.data() + got, static_cast<std::size_t>(piece));
    if (!k) return tl::unexpected<Error>(k.error());
    got += *k;
    if (*k < piece) return tl::unexpected<Error>(end_of_data(start, n, got));
  }
  return {};
}

std::uint64_t DescriptorSource::known_rest() const {
  if (ahead_ == Ahead::no) return 0;
  auto const status = host::file_status(descriptor_);
  if (!status || status->kind != host::FileKind::regular) return 0;
  auto const size = static_cast<std::uint64_t>(status->size);
  return size > offset() ? size - offset() : 0;
}

Result<void> DescriptorSource::skip(std::uint64_t n) {
  std::uint64_t const start = offset();
  // Seeks past all but the last byte, since seeking ignores the end of the file. That fails on a pipe.
  std::uint64_t const ahead = std::min<std::uint64_t>(n, end_ - next_);
  next_ += static_cast<std::size_t>(ahead);
  advance(ahead);
  std::uint64_t left = n - ahead;
  if (left > 1 && left <= static_cast<std::uint64_t>(INT32_MAX) &&
      host::seek_file(descriptor_, static_cast<std::int64_t>(left - 1), host::From::here) != -1) {
    advance(left - 1);
    left = 1;
  }
  std::uint8_t piece[4096];
  while (left != 0) {
    std::size_t const want = static_cast<std::size_t>(std::min<std::uint64_t>(left, sizeof piece));
    Result<std::size_t> const k = read(piece, want);
    if (!k) return tl::unexpected<Error>(k.error());
    if (*k < want) {
      return fail_at(*this, start,
                     "found the end of the file, expected " + std::to_string(n) + " bytes more");
    }
    left -= *k;
  }
  return {};
}

// --- The file.

Result<FaslHeader> read_fasl_header(ByteSource& source) {
  Result<int> const b = source.byte();
  if (!b) return tl::unexpected<Error>(b.error());
  if (*b != fasl_magic[0]) {
    return fail_at(
        source, 0,
        "found " + found(*b) + ", expected a fasl header (the bytes 0 0 0 0 and \"chez\")");
  }
  return rest_of_header(source);
}

std::uint64_t script_line_length(std::span<const std::uint8_t> bytes) {
  if (bytes.empty() || bytes[0] != '#') return 0;
  MemorySource source("", bytes);
  return source.byte() && rest_of_script_line(source) ? source.offset() : 0;
}

Result<std::optional<FaslPayload>> FaslFile::next(Situation wanted) {
  for (;;) {
    std::uint64_t const start = source_.offset();
    Result<int> const code = source_.byte();
    if (!code) return tl::unexpected<Error>(code.error());
    if (*code < 0) return std::nullopt;
    FaslStart const allowed = std::exchange(start_, FaslStart::header);
    if (allowed == FaslStart::script_line_or_header && *code == '#') {
      Result<void> const passed = rest_of_script_line(source_);
      if (!passed) return tl::unexpected<Error>(passed.error());
      continue;
    }
    switch (static_cast<FaslCode>(*code)) {
      case FaslCode::header: {
        Result<FaslHeader> const header = rest_of_header(source_);
        if (!header) return tl::unexpected<Error>(header.error());
        Result<void> const judged = check_(*header);
        if (!judged) return tl::unexpected<Error>(judged.error());
        continue;
      }
      case FaslCode::terminator: return std::nullopt;
      case FaslCode::visit:
      case FaslCode::revisit:
      case FaslCode::visit_revisit: break;
      default:
        return fail_at(source_, start,
                       "found " + fasl_code_name(static_cast<std::uint8_t>(*code)) +
                           ", expected a header or the situation of an object");
    }
    Result<Number> const size = unsigned_number(source_, "the size of an object");
    if (!size) return tl::unexpected<Error>(size.error());
    auto const situation = static_cast<Situation>(*code);
    if (situation == wanted || situation == Situation::visit_revisit ||
        wanted == Situation::visit_revisit) {
      Result<FaslPayload> result = payload(situation, size->value);
      if (!result) return tl::unexpected<Error>(result.error());
      return std::optional<FaslPayload>(std::move(*result));
    }
    Result<void> const skipped = source_.skip(size->value);
    if (!skipped) return tl::unexpected<Error>(skipped.error());
  }
}

Result<FaslPayload> FaslFile::payload(Situation situation, std::uint64_t size) {
  std::uint64_t const start = source_.offset();
  Result<std::span<const std::uint8_t>> const taken = source_.take(size);
  if (!taken) return tl::unexpected<Error>(taken.error());
  ByteReader in(*taken, source_.name(), start);
  auto const compression = static_cast<FaslCode>(in.byte());
  auto const kind = static_cast<FaslCode>(in.byte());
  const BlockCodec* const codec = find_block_codec(compression);
  std::uint64_t uncompressed_size = 0;
  if (codec != nullptr) {
    uncompressed_size = in.unsigned_number();
  } else if (compression != FaslCode::uncompressed) {
    in.fail_at(start, "found " + fasl_code_name(static_cast<std::uint8_t>(compression)) +
                          ", expected uncompressed, gzip or lz4");
  }
  if (kind == FaslCode::vfasl) {
    in.fail_at(
        start + 1,
        "found a vfasl object, which machine type pb doesn't have, expected fasl (code 100)");
  } else if (kind != FaslCode::fasl) {
    in.fail_at(start + 1, "found " + fasl_code_name(static_cast<std::uint8_t>(kind)) +
                              ", expected fasl (code 100)");
  }
  if (!in.ok()) return tl::unexpected<Error>(in.error());

  FaslPayload payload{situation, {}, source_.name(), in.offset()};
  std::span<const std::uint8_t> const rest = in.bytes(in.remaining());
  if (codec == nullptr) {
    payload.bytes = rest;
    return payload;
  }
  Result<void> const done = uncompress(*codec, rest, uncompressed_size, uncompressed_);
  if (!done) return fail_at(source_, payload.base, done.error().message);
  payload.bytes = uncompressed_;
  // "x.so+0x20 (lz4)": offsets in messages count from there, in uncompressed bytes.
  payload.name = at_offset(source_.name(), start, "");
  payload.name.erase(payload.name.size() - 2);
  payload.name += " (" + std::string(fasl_row(codec->code).name) + ")";
  payload.base = 0;
  return payload;
}

}  // namespace coracle
