// Spaces and generations: what all objects of a segment have in common.
//
// Owns: the numbers of both, and the meaning of the columns of spaces.def.
// Must not know: segments, single kinds of objects.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "vm/heap/objects/layout.h"

namespace coracle {

using Generation = std::uint8_t;
inline constexpr Generation static_generation = 7;
inline constexpr std::size_t generation_count = static_generation + 1;
inline constexpr Generation default_maximum_generation = 4;

inline constexpr std::size_t space_count = 0
#define SPACE(name, number, letter, tags, sweep, cards, run_segments) +1
#include "vm/heap/memory/spaces.def"
#undef SPACE
    ;

/// Spaces, numbered as the images number them (equates.h: real_space_alist).
enum class Space : std::uint8_t {
#define SPACE(name, number, letter, tags, sweep, cards, run_segments) name = number,
#include "vm/heap/memory/spaces.def"
#undef SPACE
  empty = space_count  // of a segment that is not in use
};
constexpr std::size_t index_of(Space s) { return static_cast<std::size_t>(s); }

/// A set of primary tags.
class Tags {
 public:
  constexpr Tags() = default;
  constexpr Tags(std::initializer_list<Tag> tags) {
    for (Tag const tag : tags) bits_ |= bit(tag);
  }
  constexpr bool contains(Tag tag) const { return (bits_ & bit(tag)) != 0; }
  constexpr bool is_empty() const { return bits_ == 0; }
  /// The only tag of the set; `untyped` where it isn't one.
  constexpr Tag only() const {
    for (Tag const tag : {Tag::pair, Tag::flonum, Tag::symbol, Tag::closure, Tag::typed}) {
      if (bits_ == bit(tag)) return tag;
    }
    return Tag::untyped;
  }

 private:
  static constexpr unsigned bit(Tag tag) { return 1u << static_cast<unsigned>(tag); }
  unsigned bits_ = 0;
};
inline constexpr Tags any_tag{Tag::pair, Tag::flonum, Tag::symbol, Tag::closure, Tag::typed};

/// How the references of a space are found.
enum class Sweep : std::uint8_t {
  nothing,     // there are none
  as_reached,  // in each object that is reached, by itself: nothing tells where objects begin
  words,       // every word is a Value, or is taken for a fixnum or an immediate
  addresses,   // every word is an address inside an object, or is too small for one
  weak_pairs,  // second words, and first words when all else is done
  ephemerons,  // one after the other, when all else is done
  objects,     // object by object: all have one tag, and the kind says where the references are
};

/// How the references on a dirty card are found.
enum class Cards : std::uint8_t {
  none,            // cards mean nothing
  alone,           // a card can be swept by itself
  from_run_start,  // objects are passed from the start of the run to the card
  symbols,         // likewise, but their size tells where the first one on the card begins
};

struct SpaceInfo {
  const char* name = "empty";
  char letter = ' ';
  Tags tags{};
  Tag tag = Tag::untyped;  // the only one of `tags`, if it is one
  Sweep sweep = Sweep::nothing;
  Cards cards = Cards::none;
  std::uint32_t run_segments = 1;

  /// Whether objects can be found by walking from the start of a run; all have the one tag then.
  constexpr bool is_walkable() const {
    return sweep == Sweep::objects || sweep == Sweep::weak_pairs || sweep == Sweep::ephemerons;
  }
  /// Whether the space tells kinds apart which have one tag and one type word.
  constexpr bool tells_kind() const {
    return sweep == Sweep::addresses || sweep == Sweep::weak_pairs || sweep == Sweep::ephemerons;
  }
};
inline constexpr std::array<SpaceInfo, space_count + 1> space_info = [] {
  std::array<SpaceInfo, space_count + 1> info{};
#define SPACE(name, number, letter, tags, sweep, cards, run_segments) \
  info[number] = {#name, letter, tags, (tags).only(), Sweep::sweep, Cards::cards, run_segments};
#include "vm/heap/memory/spaces.def"
#undef SPACE
  return info;
}();
constexpr const SpaceInfo& info_of(Space s) { return space_info[index_of(s)]; }

// A number for each space and none twice; cards that fit the way of sweeping.
static_assert([] {
  for (std::size_t i = 0; i < space_count; ++i) {
    const SpaceInfo& s = space_info[i];
    bool const by_objects = s.sweep == Sweep::objects;
    bool const without_cards = s.sweep == Sweep::nothing || s.sweep == Sweep::as_reached;
    if (s.letter == ' ' || without_cards != (s.cards == Cards::none) ||
        by_objects != (s.cards == Cards::from_run_start || s.cards == Cards::symbols) ||
        (s.is_walkable() && s.tag == Tag::untyped))
      return false;
  }
  return true;
}());

}  // namespace coracle
