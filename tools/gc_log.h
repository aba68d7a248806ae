// The log of collections: a line of JSON for each one, or one for all of them at the end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/options.h"
#include "vm/heap/collect/collection_record.h"

namespace coracle {

/// Writes to standard error.
class GcLog {
 public:
  explicit GcLog(GcLogKind kind) : kind_(kind) {}
  void add(const CollectionRecord& record);
  /// Writes the summary, if that is the log's kind. `memory_requests`: of the heap so far.
  void finish(std::uint64_t memory_requests);

 private:
  GcLogKind kind_;
  std::vector<CollectionRecord> records_;  // for a summary
};

/// {"collection":1,...}: the fields of collection_record.def in their order.
std::string to_json(const CollectionRecord& record);
/// {"collections":N,...}: number, sum, median, 99th percentile and maximum of the pauses in
/// nanoseconds; sums of the cards and words; the greatest memory held after one; how often the heap
/// asked the operating system for memory.
std::string summary_json(const std::vector<CollectionRecord>& records,
                         std::uint64_t memory_requests);

}  // namespace coracle
