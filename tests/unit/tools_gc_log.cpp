#include "tools/gc_log.h"

#include <doctest/doctest.h>

namespace coracle {

TEST_SUITE("log of collections") {
  TEST_CASE("a record is a JSON object with the table's fields") {
    CollectionRecord r;
    r.collection = 3;
    r.cards_scanned = 17;
    std::string const json = to_json(r);
    CHECK(json.starts_with("{\"collection\":3,\"generation\":0,"));
    CHECK(json.find(",\"cards_scanned\":17,") != std::string::npos);
    CHECK(json.ends_with("}"));
  }

  TEST_CASE("the summary has sums, and percentiles of the pauses") {
    std::vector<CollectionRecord> records;
    for (Word i = 1; i <= 200; ++i) {
      CollectionRecord r;
      r.nanoseconds = (i * 77) % 200 + 1;  // 1 to 200 in another order
      r.bytes_held = 1000 - i;
      r.cards_recorded = 2;
      records.push_back(r);
    }
    CHECK(summary_json(records, 5) ==
          "{\"collections\":200,\"nanoseconds\":20100,\"median_pause\":100,\"pause_99\":198,"
          "\"longest_pause\":200,\"cards_recorded\":400,\"cards_scanned\":0,\"words_scanned\":0,"
          "\"bytes_survived\":0,\"most_bytes_held\":999,\"memory_requests\":5}");
  }

  TEST_CASE("the summary of no collection is zeros") {
    CHECK(summary_json({}, 0).starts_with(
        "{\"collections\":0,\"nanoseconds\":0,\"median_pause\":0,"));
  }
}

}  // namespace coracle
