// The checked encoder; its messages are the assembler's.
#include "vm/isa/encoding.h"

namespace coracle {

Result<std::uint32_t> encode(const InstructionInfo& info, std::span<const std::int64_t> operands) {
  const std::span<const Field> fields = info.operands();
  if (operands.size() != fields.size()) {
    return fail(std::string(info.name) + ": found " + std::to_string(operands.size()) +
                " operands, expected " + std::to_string(fields.size()));
  }
  Instruction result{.info = &info};
  for (std::size_t i = 0; i < fields.size(); i += 1) {
    const Field& field = fields[i];
    if (operands[i] < field.least() || operands[i] > field.greatest()) {
      return fail(std::string(info.name) + ": operand " + std::string(field.name) + " is " +
                  std::to_string(operands[i]) + ", expected " + std::to_string(field.least()) +
                  " to " + std::to_string(field.greatest()));
    }
    result.operands[i] = static_cast<std::int32_t>(operands[i]);
  }
  return encode(result);
}

}  // namespace coracle
