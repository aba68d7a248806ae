#include "tools/gc_log.h"

#include <algorithm>
#include <cstdio>

namespace coracle {
namespace {

/// A JSON object whose values are numbers.
class JsonObject {
 public:
  void add(const char* name, Word value) {
    text_ += (text_.empty() ? "{\"" : ",\"") + std::string(name) + "\":" + std::to_string(value);
  }
  std::string text() const { return text_ + "}"; }

 private:
  std::string text_;
};

/// The least value that is not exceeded by `percent` percent of them; 0 if there are none.
Word percentile(const std::vector<Word>& sorted, std::size_t percent) {
  if (sorted.empty()) return 0;
  return sorted[(sorted.size() * percent + 99) / 100 - 1];
}

}  // namespace

std::string to_json(const CollectionRecord& record) {
  JsonObject json;
#define COLLECTION_FIELD(name, what) json.add(#name, record.name);
#include "vm/heap/collect/collection_record.def"
#undef COLLECTION_FIELD
  return json.text();
}

std::string summary_json(const std::vector<CollectionRecord>& records,
                         std::uint64_t memory_requests) {
  std::vector<Word> pauses;
  Word pause = 0, cards_recorded = 0, cards_scanned = 0, words_scanned = 0, survived = 0, held = 0;
  for (const CollectionRecord& r : records) {
    pauses.push_back(r.nanoseconds);
    pause += r.nanoseconds;
    cards_recorded += r.cards_recorded;
    cards_scanned += r.cards_scanned;
    words_scanned += r.words_scanned;
    survived += r.bytes_survived;
    held = std::max(held, r.bytes_held);
  }
  std::sort(pauses.begin(), pauses.end());
  JsonObject json;
  json.add("collections", records.size());
  json.add("nanoseconds", pause);
  json.add("median_pause", percentile(pauses, 50));
  json.add("pause_99", percentile(pauses, 99));
  json.add("longest_pause", percentile(pauses, 100));
  json.add("cards_recorded", cards_recorded);
  json.add("cards_scanned", cards_scanned);
  json.add("words_scanned", words_scanned);
  json.add("bytes_survived", survived);
  json.add("most_bytes_held", held);
  json.add("memory_requests", memory_requests);
  return json.text();
}

void GcLog::add(const CollectionRecord& record) {
  if (kind_ == GcLogKind::each) std::fprintf(stderr, "%s\n", to_json(record).c_str());
  if (kind_ == GcLogKind::summary) records_.push_back(record);
}

void GcLog::finish(std::uint64_t memory_requests) {
  if (kind_ != GcLogKind::summary) return;
  std::fprintf(stderr, "%s\n", summary_json(records_, memory_requests).c_str());
}

}  // namespace coracle
