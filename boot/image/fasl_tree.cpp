#include "boot/image/fasl_tree.h"

namespace coracle {

FaslTreeNode* FaslTree::make(ByteReader& in, const FaslItem& item) {
  auto node = std::make_unique<FaslTreeNode>();
  take(in, sizeof *node + 2 * sizeof node);
  auto const copy = [&](auto& to, const auto& from) {
    if (take(in, from.size() * sizeof from[0])) to.assign(from.begin(), from.end());
  };
  node->code = item.code;
  node->offset = item.offset;
  const FaslRow& row = fasl_row(item.code);
  int words = 0, texts = 0;
  for (int i = 0; i < row.scalar_count; ++i) {
    switch (row.fields[static_cast<std::size_t>(i)].kind) {
      case FaslFieldKind::text:
        copy(node->text[texts], item.text[texts]);
        ++texts;
        break;
      case FaslFieldKind::octets: copy(node->octets, item.octets); break;
      case FaslFieldKind::digits: copy(node->digits, item.digits); break;
      case FaslFieldKind::fixnums: copy(node->fixnums, item.fixnums); break;
      default: node->words.push_back(item.words[words++]); break;
    }
  }
  nodes_.push_back(std::move(node));
  return nodes_.back().get();
}

}  // namespace coracle
