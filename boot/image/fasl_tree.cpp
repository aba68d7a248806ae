#include "boot/image/fasl_tree.h"

namespace coracle {

FaslTreeNode* FaslTree::make(ByteReader& in, const FaslItem& item) {
  if (nodes_.size() == most_nodes) {
    in.fail_at(item.offset, "found more than " + std::to_string(most_nodes) +
                                " objects within one, expected at most that many");
  }
  auto node = std::make_unique<FaslTreeNode>();
  node->code = item.code;
  node->offset = item.offset;
  const FaslRow& row = fasl_row(item.code);
  int words = 0, texts = 0;
  for (int i = 0; i < row.scalar_count; ++i) {
    switch (row.fields[static_cast<std::size_t>(i)].kind) {
      case FaslFieldKind::text:
        node->text[texts] = item.text[texts];
        ++texts;
        break;
      case FaslFieldKind::octets:
        node->octets.assign(item.octets.begin(), item.octets.end());
        break;
      case FaslFieldKind::digits:
        node->digits.assign(item.digits.begin(), item.digits.end());
        break;
      case FaslFieldKind::fixnums:
        node->fixnums.assign(item.fixnums.begin(), item.fixnums.end());
        break;
      default: node->words.push_back(item.words[words++]); break;
    }
  }
  nodes_.push_back(std::move(node));
  return nodes_.back().get();
}

}  // namespace coracle
