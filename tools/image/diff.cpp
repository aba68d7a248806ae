// coracle image diff
#include "boot/image/fasl_compare.h"
#include "tools/image/input.h"
#include "tools/image/output.h"
#include "tools/image/subcommands.h"

namespace coracle::image {
namespace {

Result<std::unique_ptr<Input>> open(const std::string& path) { return Input::open(path); }

/// The next section, which must be there.
Result<ImageSection> one_more(Input& input) {
  Result<std::optional<ImageSection>> section = input.next();
  if (!section) return tl::unexpected<Error>(section.error());
  if (!*section) return fail(input.path() + ": found the end of the image, expected a section");
  return std::move(**section);
}

class Comparison {
 public:
  Result<void> run(const std::string& left, const std::string& right) {
    Result<std::unique_ptr<Input>> const l = open(left), r = open(right);
    if (!l) return tl::unexpected<Error>(l.error());
    if (!r) return tl::unexpected<Error>(r.error());
    bool const both = (*l)->header().has_value() == (*r)->header().has_value();
    return both                         ? compare(**l, **r)
           : (*l)->header().has_value() ? compare_with_file(**l, **r, true)
                                        : compare_with_file(**r, **l, false);
  }
  std::string as_text() const {
    return (difference.empty() ? "the same: " + std::to_string(objects) + " objects, of " +
                                     std::to_string(parts) + " parts"
                               : printable(difference)) +
           "\n";
  }
  std::string as_json() const {
    Json json;
    json.open_object().field("same", difference.empty());
    json.field("objects", objects).field("parts", parts);
    json.key("difference");
    if (difference.empty()) json.null();
    else json.value(difference);
    json.close_object();
    return json.take();
  }

  std::string difference;  // the first one; empty if there is none
  std::uint64_t objects = 0, parts = 0;

 private:
  /// Two images, or two files of Chez's.
  Result<void> compare(Input& l, Input& r) {
    bool const images = l.header().has_value();
    if (images && l.header()->needs != r.header()->needs) {
      difference = "the images need different boot files";
      return {};
    }
    for (;;) {
      Result<std::optional<ImageSection>> const a = l.next(), b = r.next();
      if (!a) return tl::unexpected<Error>(a.error());
      if (!b) return tl::unexpected<Error>(b.error());
      if (a->has_value() != b->has_value()) {
        difference = (a->has_value() ? (*a)->name : (*b)->name) + ": only one of the images has it";
        return {};
      }
      if (!a->has_value()) return {};
      if (images && ((*a)->name != (*b)->name || (*a)->kind != (*b)->kind)) {
        difference = section_kind_name((*a)->kind) + " " + (*a)->name + ", " +
                     section_kind_name((*b)->kind) + " " + (*b)->name;
        return {};
      }
      Result<void> const compared = Input::holds_fasl(**a) ? compare_objects(l, r, (*a)->name)
                                                           : compare_bytes(l, r, **a, **b);
      if (!compared || !difference.empty()) return compared;
    }
  }

  /// An image and a file of Chez's: the image's one section, or that with the file's name.
  Result<void> compare_with_file(Input& image, Input& file, bool image_is_left) {
    Result<ImageSection> const wanted = one_more(file);
    if (!wanted) return tl::unexpected<Error>(wanted.error());
    Result<std::unique_ptr<Input>> const all = open(image.path());
    if (!all) return tl::unexpected<Error>(all.error());
    std::size_t sections = 0, place = 0;
    bool found = false;
    for (;; ++sections) {
      Result<std::optional<ImageSection>> const section = (*all)->next();
      if (!section) return tl::unexpected<Error>(section.error());
      if (!*section) break;
      if ((*section)->name != wanted->name) continue;
      place = sections;
      found = true;
    }
    if (sections != 1 && !found) {
      return fail(image.path() + ": found " + std::to_string(sections) +
                  " sections, expected one, or one with the name " + wanted->name);
    }
    for (std::size_t i = 0; i <= place; ++i) {
      Result<ImageSection> const section = one_more(image);
      if (!section) return tl::unexpected<Error>(section.error());
    }
    return image_is_left ? compare_objects(image, file, "") : compare_objects(file, image, "");
  }

  /// `name`: what the section is called, if there are several.
  Result<void> compare_objects(Input& l, Input& r, const std::string& name) {
    Result<FaslComparison> const result =
        compare_fasl_files(l.contents(), r.contents(), &l.memory());
    if (!result) return tl::unexpected<Error>(result.error());
    objects += result->objects;
    parts += result->nodes;
    if (!result->difference.empty()) {
      difference = (l.header() && r.header() ? name + ": " : "") + result->difference;
      return {};
    }
    Result<void> const left = l.read_rest(), right = r.read_rest();
    return left ? right : left;
  }

  Result<void> compare_bytes(Input& l, Input& r, const ImageSection& a, const ImageSection& b) {
    Result<void> const left = l.read_rest(), right = r.read_rest();
    if (!left || !right) return left ? right : left;
    if (a.size != b.size || a.sum != b.sum) {
      difference = a.name + ": " + std::to_string(a.size) + " bytes, " + std::to_string(b.size) +
                   " bytes, with different contents";
    }
    return {};
  }
};

}  // namespace

Result<int> run_diff(const Arguments& arguments) {
  Comparison comparison;
  Result<void> const done = comparison.run(arguments.operands[0], arguments.operands[1]);
  if (!done) return tl::unexpected<Error>(done.error());
  Result<void> const printed = print(arguments.json ? comparison.as_json() : comparison.as_text());
  if (!printed) return tl::unexpected<Error>(printed.error());
  return comparison.difference.empty() ? 0 : 1;
}

}  // namespace coracle::image
