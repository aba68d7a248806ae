#include "boot/image/fasl_compare.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "boot/image/fasl_object.h"
#include "boot/image/fasl_tree.h"
#include "boot/profiles/profiles.h"

namespace coracle {
namespace {

std::string shown(std::uint64_t n) {
  char text[40];
  std::snprintf(text, sizeof text, "%llu (0x%llx)", static_cast<unsigned long long>(n),
                static_cast<unsigned long long>(n));
  return text;
}

std::string shown(std::u32string_view text) {
  std::string out = "\"";
  for (char32_t const c : text) {
    if (c >= 0x20 && c < 0x7F) {
      out += static_cast<char>(c);
    } else {
      char hex[16];
      std::snprintf(hex, sizeof hex, "\\x%x;", static_cast<unsigned>(c));
      out += hex;
    }
  }
  return out + '"';
}

std::string name_of(FaslCode code) { return fasl_code_name(static_cast<std::uint8_t>(code)); }

/// Pairs of generated names: each on the left with its counterpart on the right.
class Correspondence {
 public:
  bool match(const std::u32string& left, const std::u32string& right) {
    auto const there = forward_.try_emplace(left, right).first;
    auto const back = backward_.try_emplace(right, left).first;
    return there->second == right && back->second == left;
  }
  /// A name by which both sides can be sorted alike: the right-hand name of the pair, or empty if there is
  /// no pair yet.
  std::u32string common_name(const std::u32string& name, bool left) const {
    if (left) {
      auto const found = forward_.find(name);
      return found == forward_.end() ? U"" : found->second;
    }
    return backward_.contains(name) ? name : U"";
  }

 private:
  std::unordered_map<std::u32string, std::u32string> forward_, backward_;
};

/// Compares two graphs by walking them from their roots, with a stack of its own.
class GraphComparison {
 public:
  explicit GraphComparison(Correspondence& names) : names_(names) {}

  /// The first difference, or an empty text.
  std::string compare(const FaslTreeNode* left, const FaslTreeNode* right) {
    push(left, right, no_step, "");
    while (!waiting_.empty()) {
      Pair const pair = waiting_.back();
      waiting_.pop_back();
      auto const [seen, is_new] = matched_.try_emplace(pair.left, pair.right);
      auto const [seen_back, is_new_back] = matched_back_.try_emplace(pair.right, pair.left);
      if (seen->second != pair.right || seen_back->second != pair.left) {
        return at(pair) + "one file shares an object here, the other doesn't";
      }
      if (!is_new || !is_new_back) continue;
      ++nodes_;
      std::string const difference = compare_nodes(pair);
      if (!difference.empty()) return at(pair) + difference;
    }
    return "";
  }
  std::uint64_t nodes() const { return nodes_; }

 private:
  static constexpr std::size_t no_step = SIZE_MAX;
  struct Step {
    std::size_t outer;
    std::string label;
  };
  struct Pair {
    const FaslTreeNode *left, *right;
    std::size_t step;
  };

  void push(const FaslTreeNode* left, const FaslTreeNode* right, std::size_t outer,
            std::string label) {
    steps_.push_back({outer, std::move(label)});
    waiting_.push_back({left, right, steps_.size() - 1});
  }

  std::string at(const Pair& pair) const {
    std::vector<std::string_view> labels;
    for (std::size_t s = pair.step; s != no_step; s = steps_[s].outer) {
      if (!steps_[s].label.empty()) labels.push_back(steps_[s].label);
    }
    std::string path;
    for (std::size_t i = labels.size(); i-- > 0;) path += " / " + std::string(labels[i]);
    return path + ": ";
  }

  std::string compare_nodes(const Pair& pair) {
    const FaslTreeNode &l = *pair.left, &r = *pair.right;
    if (l.code != r.code) return name_of(l.code) + ", " + name_of(r.code);
    std::string const kind = name_of(l.code) + " ";
    if (l.words != r.words) {
      std::size_t i = 0;
      while (l.words[i] == r.words[i]) ++i;
      return kind + "number " + std::to_string(i) + ": " + shown(l.words[i]) + ", " +
             shown(r.words[i]);
    }
    bool const generated = l.code == FaslCode::gensym;
    for (int i = 0; i < 2; ++i) {
      bool const same =
          generated && i == 1 ? names_.match(l.text[i], r.text[i]) : l.text[i] == r.text[i];
      if (!same) return kind + shown(l.text[i]) + ", " + shown(r.text[i]);
    }
    if (l.octets != r.octets) return kind + compare_octets(l.octets, r.octets);
    if (l.digits != r.digits || l.fixnums != r.fixnums) return kind + "with different values";
    if (l.fields != r.fields || l.pointer_offsets != r.pointer_offsets) {
      return kind + "with different fields";
    }
    if (l.parts.size() != r.parts.size()) {
      return kind + "of " + std::to_string(l.parts.size()) + " parts, of " +
             std::to_string(r.parts.size());
    }
    if (l.relocation_words != r.relocation_words || l.relocations.size() != r.relocations.size()) {
      return kind + "with " + std::to_string(l.relocations.size()) + " relocations, with " +
             std::to_string(r.relocations.size());
    }
    for (std::size_t i = 0; i < l.relocations.size(); ++i) {
      const FaslRelocation &a = l.relocations[i], &b = r.relocations[i];
      if (a.extended != b.extended || a.type != b.type || a.place != b.place ||
          a.item_offset != b.item_offset) {
        return kind + "relocation " + std::to_string(i) + ": at byte " + shown(a.place) +
               " of type " + std::to_string(a.type) + ", at byte " + shown(b.place) + " of type " +
               std::to_string(b.type);
      }
    }
    // Pushed last one first, since the stack reverses their order.
    for (std::size_t i = l.pointers.size(); i-- > 0;) {
      push(l.pointers[i], r.pointers[i], pair.step,
           kind + "field at byte " + std::to_string(l.pointer_offsets[i]));
    }
    for (std::size_t i = l.relocated.size(); i-- > 0;) {
      push(l.relocated[i], r.relocated[i], pair.step, kind + "relocation " + std::to_string(i));
    }
    bool const table = l.code == FaslCode::eq_hashtable || l.code == FaslCode::symbol_hashtable;
    auto const left = table ? ordered_entries(l.parts, true) : l.parts;
    auto const right = table ? ordered_entries(r.parts, false) : r.parts;
    for (std::size_t i = left.size(); i-- > 0;) {
      push(left[i], right[i], pair.step, kind + "part " + std::to_string(i));
    }
    return "";
  }

  /// A hash table's keys and values, in an order that doesn't depend on hashes (those of generated names
  /// and of addresses differ): symbols by their names; gensyms by their common names, or, if those aren't
  /// known yet, by their pretty names; other keys last, in the file's order.
  std::vector<const FaslTreeNode*> ordered_entries(const std::vector<const FaslTreeNode*>& parts,
                                                   bool left) const {
    using Key = std::pair<int, std::u32string>;
    std::vector<std::pair<Key, std::size_t>> order;
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
      const FaslTreeNode& key = *parts[i];
      Key by{3, U""};
      if (key.code == FaslCode::symbol) {
        by = {0, key.text[0]};
      } else if (key.code == FaslCode::gensym) {
        std::u32string const known = names_.common_name(key.text[1], left);
        by = known.empty() ? Key{2, key.text[0]} : Key{1, known};
      }
      order.push_back({by, i});
    }
    std::sort(order.begin(), order.end());
    std::vector<const FaslTreeNode*> result;
    for (const auto& [by, i] : order) {
      result.push_back(parts[i]);
      result.push_back(parts[i + 1]);
    }
    return result;
  }

  static std::string compare_octets(const std::vector<std::uint8_t>& l,
                                    const std::vector<std::uint8_t>& r) {
    if (l.size() != r.size()) {
      return "of " + std::to_string(l.size()) + " bytes, of " + std::to_string(r.size());
    }
    auto const place =
        static_cast<std::size_t>(std::mismatch(l.begin(), l.end(), r.begin()).first - l.begin());
    return "byte " + shown(place) + ": " + shown(l[place]) + ", " + shown(r[place]);
  }

  Correspondence& names_;
  std::vector<Step> steps_;
  std::vector<Pair> waiting_;
  std::unordered_map<const FaslTreeNode*, const FaslTreeNode*> matched_, matched_back_;
  std::uint64_t nodes_ = 0;
};

/// One of the two files.
struct Side {
  Side(ByteSource& source, std::pmr::memory_resource* memory_to_use)
      : file(
            source,
            [this](const FaslHeader& h) -> Result<void> {
              headers.push_back(h);
              return {};
            },
            memory_to_use, FaslStart::script_line_or_header),
        memory(memory_to_use) {}
  /// Whether graphs count their externals in the release of the last header.
  bool counts_externals() const {
    const Profile* const release = headers.empty() ? nullptr : find_release(headers.back().version);
    return release == nullptr || release->fasl_counts_externals;
  }

  std::vector<FaslHeader> headers;
  FaslFile file;
  std::pmr::memory_resource* memory;
};

std::string compare_headers(const Side& l, const Side& r) {
  if (l.headers.size() != r.headers.size()) {
    return std::to_string(l.headers.size()) + " headers, " + std::to_string(r.headers.size());
  }
  for (std::size_t i = 0; i < l.headers.size(); ++i) {
    const FaslHeader &a = l.headers[i], &b = r.headers[i];
    if (a.version != b.version) return "version " + shown(a.version) + ", " + shown(b.version);
    if (a.machine_type != b.machine_type) {
      return "machine type " + shown(a.machine_type) + ", " + shown(b.machine_type);
    }
    if (a.dependencies != b.dependencies) return "the files need different boot files";
  }
  return "";
}

Result<FaslTree::Ref> read_tree(const Side& side, const FaslPayload& payload, FaslTree& tree) {
  return read_fasl_object(payload, tree, side.counts_externals(), side.memory);
}

}  // namespace

Result<FaslComparison> compare_fasl_files(ByteSource& left, ByteSource& right,
                                          std::pmr::memory_resource* memory) {
  FaslComparison result;
  Correspondence names;
  Side l(left, memory), r(right, memory);
  for (;;) {
    Result<std::optional<FaslPayload>> const a = l.file.next(Situation::visit_revisit);
    if (!a) return tl::unexpected<Error>(a.error());
    Result<std::optional<FaslPayload>> const b = r.file.next(Situation::visit_revisit);
    if (!b) return tl::unexpected<Error>(b.error());
    result.difference = compare_headers(l, r);
    if (!result.difference.empty()) return result;
    std::string const place = "object " + std::to_string(result.objects);
    if (a->has_value() != b->has_value()) {
      result.difference = place + ": only one of the files has it";
      return result;
    }
    if (!a->has_value()) return result;
    if ((*a)->situation != (*b)->situation) {
      result.difference = place + ": the situations differ";
      return result;
    }
    FaslTree trees[2];
    Result<FaslTree::Ref> const x = read_tree(l, **a, trees[0]);
    if (!x) return tl::unexpected<Error>(x.error());
    Result<FaslTree::Ref> const y = read_tree(r, **b, trees[1]);
    if (!y) return tl::unexpected<Error>(y.error());
    GraphComparison comparison(names);
    std::string const difference = comparison.compare(*x, *y);
    result.nodes += comparison.nodes();
    if (!difference.empty()) {
      result.difference = place + difference;
      return result;
    }
    ++result.objects;
  }
}

}  // namespace coracle
