#include <langinfo.h>
#include <locale.h>  // NOLINT(modernize-deprecated-headers): newlocale is POSIX's

#include <array>
#include <climits>
#include <cwchar>
#include <string_view>

#include "vm/host/terminal.h"

namespace coracle::host {
namespace {

/// What C libraries call ASCII.
bool is_ascii(std::string_view codeset) {
  return codeset == "ANSI_X3.4-1968" || codeset == "ASCII" || codeset == "US-ASCII";
}

/// The environment's locale. If it names none, one that doesn't exist, or "C", which has no characters
/// beyond ASCII (as in many containers), then UTF-8, which Scheme's ports use too. If the host has no
/// such locale, the environment's after all, which may be null.
locale_t locale_of_characters() {
  locale_t const named = ::newlocale(LC_ALL_MASK, "", nullptr);
  if (named != nullptr && !is_ascii(::nl_langinfo_l(CODESET, named))) return named;
  locale_t const utf8 = ::newlocale(LC_ALL_MASK, "C.UTF-8", nullptr);
  if (utf8 == nullptr) return named;
  if (named != nullptr) ::freelocale(named);
  return utf8;
}

}  // namespace

struct LocaleCharacters::State {
  locale_t locale = locale_of_characters();
  std::mbstate_t reading{}, writing{};

  class InUse {
   public:
    explicit InUse(const State& state) : before_(::uselocale(state.locale)) {}
    InUse(const InUse&) = delete;
    InUse& operator=(const InUse&) = delete;
    ~InUse() { ::uselocale(before_); }

   private:
    locale_t before_;
  };
};

LocaleCharacters::LocaleCharacters() : state_(std::make_unique<State>()) {}
LocaleCharacters::~LocaleCharacters() {
  if (state_->locale != nullptr) ::freelocale(state_->locale);
}

LocaleCharacters::Decoded LocaleCharacters::decode(char byte, char32_t& c) {
  State::InUse const in_use(*state_);
  wchar_t wide = 0;
  switch (std::mbrtowc(&wide, &byte, 1, &state_->reading)) {
    case static_cast<std::size_t>(-2): return Decoded::incomplete;
    case static_cast<std::size_t>(-1): state_->reading = {}; return Decoded::invalid;
    default: c = static_cast<char32_t>(wide); return Decoded::character;
  }
}

std::optional<std::string> LocaleCharacters::encode(char32_t c) {
  State::InUse const in_use(*state_);
  std::array<char, MB_LEN_MAX> bytes;
  std::size_t const n = std::wcrtomb(bytes.data(), static_cast<wchar_t>(c), &state_->writing);
  if (n == static_cast<std::size_t>(-1)) {
    state_->writing = {};
    return std::nullopt;
  }
  return std::string(bytes.data(), n);
}

int LocaleCharacters::width(char32_t c) const {
  State::InUse const in_use(*state_);
  return ::wcwidth(static_cast<wchar_t>(c));
}

}  // namespace coracle::host
