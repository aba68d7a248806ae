#include "tests/unit/heap_shadow.h"

namespace coracle::test {

std::vector<bool> Shadow::reachable(const std::vector<int>& roots, bool with_guardians) const {
  std::vector<bool> reached(nodes.size());
  std::vector<int> work;
  auto const reach = [&](int number) {
    if (number < 0 || reached[static_cast<std::size_t>(number)]) return;
    reached[static_cast<std::size_t>(number)] = true;
    work.push_back(number);
  };
  for (int const root : roots) reach(root);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].permanent) reach(static_cast<int>(i));
  }
  auto const is_reached = [&](int number) {
    return number < 0 || reached[static_cast<std::size_t>(number)];
  };
  // Nodes whose ephemerons may still wait for a key.
  std::vector<int> waiting;
  for (;;) {
    while (!work.empty()) {
      int const number = work.back();
      work.pop_back();
      const ShadowNode& node = nodes[static_cast<std::size_t>(number)];
      for (int const queued : node.queue) reach(queued);
      switch (node.shape) {
        case Shape::weak: reach(node.slots[1]); break;
        case Shape::ephemeron: waiting.push_back(number); break;
        case Shape::table:
          if (node.variant == keys_ephemeron) waiting.push_back(number);
          for (const auto& entry : node.entries) {
            if (node.variant != keys_ephemeron) reach(entry.value);
            if (node.variant == keys_held) reach(entry.key);
          }
          break;
        default:
          for (int const slot : node.slots) reach(slot);
      }
    }
    for (int const number : waiting) {
      const ShadowNode& node = nodes[static_cast<std::size_t>(number)];
      if (node.shape == Shape::ephemeron) {
        if (is_reached(node.slots[0])) reach(node.slots[1]);
      } else {
        for (const auto& entry : node.entries) {
          if (is_reached(entry.key)) reach(entry.value);
        }
      }
    }
    if (with_guardians && work.empty()) {
      for (const ShadowWatch& watch : watches) {
        if (is_reached(watch.guardian)) reach(watch.representative);
      }
    }
    if (work.empty()) return reached;
  }
}

}  // namespace coracle::test
