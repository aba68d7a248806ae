// The checked encoder. The assembler passes its messages on.
#include "vm/isa/encoding.h"

namespace coracle {

std::string wrong_operand_count(std::string_view name, std::size_t found, std::size_t expected) {
  return std::string(name) + ": found " + std::to_string(found) +
         (found == 1 ? " operand" : " operands") + ", expected " + std::to_string(expected);
}

Result<std::uint32_t> encode(const InstructionInfo& info, std::span<const std::int64_t> operands) {
  const std::span<const Field> fields = info.operands();
  if (operands.size() != fields.size())
    return fail(wrong_operand_count(info.name, operands.size(), fields.size()));
  Instruction result{.info = &info};
  for (std::size_t i = 0; i < fields.size(); i += 1) {
    const Field& field = fields[i];
    if (operands[i] < field.least() || operands[i] > field.greatest()) {
      return fail(std::string(info.name) + ": found " + std::to_string(operands[i]) +
                  " for operand " + std::string(field.name) + ", expected " +
                  std::to_string(field.least()) + " to " + std::to_string(field.greatest()));
    }
    result.operands[i] = static_cast<std::int32_t>(operands[i]);
  }
  return encode(result);
}

}  // namespace coracle
