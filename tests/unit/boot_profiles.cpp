// The profiles and the layout of objects against the numbers that the release ships.
#include <doctest/doctest.h>

#include <cctype>

#include "boot/image/fasl.h"
#include "boot/profiles/profiles.h"
#include "tests/unit/equates.h"
#include "vm/exec/thread.h"
#include "vm/heap/heap.h"
#include "vm/heap/memory/segment.h"
#include "vm/heap/objects/eq_hashtable.h"
#include "vm/heap/objects/relocation.h"
#include "vm/isa/code_map.h"

namespace coracle {
namespace {

const Profile& chez_10_0_0() {
  const Profile* p = find_profile(0x0A000000, 1);
  REQUIRE(p != nullptr);
  return *p;
}

TEST_SUITE("profiles") {
  TEST_CASE("a profile is found by its version and machine type, and not by others") {
    CHECK(chez_10_0_0().release == "10.0.0");
    for (const Profile& p : profiles()) {
      CHECK(find_profile(p.version, p.machine_type) == &p);
      CHECK(find_profile(p.version, p.machine_type + (std::uint64_t{1} << 32)) == nullptr);
      CHECK(release_name(p.version) == p.release);
    }
    CHECK(find_profile(0x0A000001, 1) == nullptr);
    CHECK(find_profile(0x0A000000, 33) == nullptr);
    CHECK(find_profile(0, 0) == nullptr);
    CHECK(find_release(0x0A000000)->release == "10.0.0");
    CHECK(find_release(0x10A000000) == nullptr);
    CHECK(supported_releases() == "10.0.0, 10.2.0-pre-release.2 or 9.5.9.8");
    CHECK(supported_machine_types(0x0A000000) == "pb");
  }

  TEST_CASE("return points without a profile are those of 10.0.0") {
    ReturnPointLayout const layout;
    CHECK(layout.toplink == static_cast<std::uint32_t>(-chez_10_0_0().return_toplink));
    CHECK(layout.compact_toplink ==
          static_cast<std::uint32_t>(-chez_10_0_0().return_compact_toplink));
  }

  TEST_CASE("versions have names") {
    CHECK(release_name(0x0A000000) == "10.0.0");
    CHECK(release_name(0x09050908) == "9.5.9.8");
    CHECK(release_name(0x09090911) == "9.9.9-pre-release.17");
    CHECK(release_name(0x0A020002) == "10.2.0-pre-release.2");
    CHECK(release_name(0x100000000) == "unknown (4294967296)");
  }

  TEST_CASE("machine types have names") {
    CHECK(machine_type_name(chez_10_0_0(), 1) == "pb");
    CHECK(machine_type_name(chez_10_0_0(), 33) == "a6le");
    CHECK(machine_type_name(chez_10_0_0(), 99) == "number 99");
  }
}

/// A number of ours beside its name in equates.h.
struct Row {
  const char* name;
  std::int64_t ours;
};

void compare(const test::Equates& equates, std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    CHECK_MESSAGE(equates.number(row.name) == row.ours, row.name, " is ", equates.number(row.name),
                  ", here ", row.ours);
  }
}

/// A displacement of equates.h counts from a reference, ours from the object's start.
std::int64_t displacement(Word offset, Tag tag) {
  return static_cast<std::int64_t>(offset) + 8 - static_cast<std::int64_t>(tag);
}

#define SAME(name, value) \
  Row { name, static_cast<std::int64_t>(value) }
#define FIELD(name, field, tag) \
  Row { name "_disp", displacement(layout::field, Tag::tag) }

TEST_SUITE("image") {
  TEST_CASE("the profile has the numbers of its release's equates.h") {
    test::Equates const equates = test::Equates::load();
    const Profile* const profile =
        find_profile(static_cast<std::uint32_t>(equates.number("scheme_version")),
                     static_cast<std::uint64_t>(equates.number("machine_type")));
    REQUIRE(profile != nullptr);
    const Profile& p = *profile;
    compare(equates, {SAME("machine_type", p.machine_type),
                      SAME("c_entry_vector_size", p.c_entry_names.size()),
                      SAME("machine_type_limit", p.machine_type_names.size())});
#define PROFILE_NUMBER(type, field, name) compare(equates, {SAME(#name, p.field)});
#define PROFILE_FACT(type, field)
#include "vm/base/profile.def"
#undef PROFILE_NUMBER
#undef PROFILE_FACT
    std::size_t absent = 0;
#define CONTEXT_FIELD(name, kind)                                             \
  if (p.offset(Tc::name) >= p.context_size) {                                 \
    CHECK_MESSAGE(!equates.has("tc_" #name "_disp"), #name " is not absent"); \
    CHECK(p.offset(Tc::name) == p.context_size + 8 * absent++);               \
  } else {                                                                    \
    compare(equates, {SAME("tc_" #name "_disp", p.offset(Tc::name))});        \
  }
#include "vm/base/context.def"
#undef CONTEXT_FIELD
    CHECK(p.absent_context_fields == absent);

    std::string c_entries = "#(";
    for (std::string_view const name : p.c_entry_names) {
      c_entries += std::string(c_entries.size() == 2 ? "" : " ") + std::string(name);
    }
    CHECK(equates.text("c_entry_name_vector") == c_entries + ")");
    std::string machines = "{";
    for (std::string_view const name : p.machine_type_names) {
      machines += std::string(machines.size() == 1 ? "" : ", ") + '"' + std::string(name) + '"';
    }
    CHECK(equates.text("machine_type_names") == machines + "}");
    CHECK(equates.text("machine_type_name") == p.machine_name);
  }

  TEST_CASE("values and type words are those of equates.h") {
    test::Equates const equates = test::Equates::load();
    compare(
        equates,
        {SAME("sfalse", false_value.bits), SAME("strue", true_value.bits), SAME("snil", nil.bits),
         SAME("svoid", void_value.bits), SAME("seof", eof_value.bits),
         SAME("sunbound", unbound_value.bits), SAME("forward_marker", forward_marker.bits),
         SAME("black_hole", black_hole.bits), SAME("sbwp", broken_weak_pointer.bits),
         SAME("ftype_guardian_rep", ftype_guardian_marker.bits), SAME("type_char", char_tag.bits),
         SAME("fixnum_offset", fixnum_shift), SAME("most_positive_fixnum", most_positive_fixnum),
         SAME("most_negative_fixnum", most_negative_fixnum), SAME("char_data_offset", 8),
         SAME("string_char_bytes", 4), SAME("ptr_bytes", word_bytes),
         SAME("byte_alignment", object_alignment)});
    compare(equates, {SAME("type_pair", Tag::pair), SAME("type_flonum", Tag::flonum),
                      SAME("type_symbol", Tag::symbol), SAME("type_closure", Tag::closure),
                      SAME("type_typed_object", Tag::typed), SAME("type_untyped", Tag::untyped)});
#define KIND(name, ours) \
  compare(equates,       \
          {SAME("type_" name, type_word::ours.value), SAME("mask_" name, type_word::ours.mask)})
    KIND("record", record);
    KIND("vector", vector);
    KIND("bytevector", bytevector);
    KIND("string", string);
    KIND("fxvector", fxvector);
    KIND("flvector", flvector);
    KIND("bignum", bignum);
    KIND("stencil_vector", stencil_vector);
    KIND("sys_stencil_vector", system_stencil_vector);
    KIND("any_stencil_vector", any_stencil_vector);
    KIND("ratnum", ratnum);
    KIND("inexactnum", inexactnum);
    KIND("exactnum", exactnum);
    KIND("box", box);
    KIND("port", port);
    KIND("code", code);
    KIND("thread", thread);
    KIND("phantom", phantom);
    KIND("rtd_counts", rtd_counts);
    KIND("tlc", tlc);
#undef KIND
    compare(equates, {SAME("vector_immutable_flag", immutable_vector_flag),
                      SAME("string_immutable_flag", immutable_string_flag),
                      SAME("bytevector_immutable_flag", immutable_bytevector_flag),
                      SAME("type_immutable_box", type_word::box.value | immutable_box_flag)});
    compare(equates, {SAME("vector_length_offset", 4), SAME("fxvector_length_offset", 4),
                      SAME("flvector_length_offset", 4), SAME("string_length_offset", 4),
                      SAME("bytevector_length_offset", 3), SAME("stencil_vector_mask_offset", 6),
                      SAME("stencil_vector_mask_bits", 58), SAME("bignum_length_offset", 6),
                      SAME("mask_bignum_sign", 0x20), SAME("bigit_bits", 32),
                      SAME("maximum_vector_length", maximum_length),
                      SAME("maximum_string_length", maximum_length),
                      SAME("maximum_bytevector_length", maximum_length),
                      SAME("maximum_bignum_length", maximum_bignum_length)});
  }

  TEST_CASE("objects are laid out as in equates.h") {
    test::Equates const equates = test::Equates::load();
    compare(equates, {FIELD("pair_car", pair_car, pair),
                      FIELD("pair_cdr", pair_cdr, pair),
                      FIELD("ephemeron_prev_ref", ephemeron_prev_ref, pair),
                      FIELD("ephemeron_next", ephemeron_next, pair),
                      FIELD("flonum_data", flonum_data, flonum),
                      FIELD("symbol_value", symbol_value, symbol),
                      FIELD("symbol_pvalue", symbol_pvalue, symbol),
                      FIELD("symbol_plist", symbol_plist, symbol),
                      FIELD("symbol_name", symbol_name, symbol),
                      FIELD("symbol_splist", symbol_splist, symbol),
                      FIELD("symbol_hash", symbol_hash, symbol),
                      FIELD("closure_code", closure_code, closure),
                      FIELD("closure_data", closure_data, closure),
                      FIELD("continuation_stack", continuation_stack, closure),
                      FIELD("continuation_stack_length", continuation_stack_length, closure),
                      FIELD("continuation_stack_clength", continuation_stack_clength, closure),
                      FIELD("continuation_link", continuation_link, closure),
                      FIELD("continuation_return_address", continuation_return_address, closure),
                      FIELD("continuation_winders", continuation_winders, closure),
                      FIELD("continuation_attachments", continuation_attachments, closure)});
    compare(equates, {FIELD("box_ref", box_ref, typed),
                      FIELD("ratnum_numerator", ratnum_numerator, typed),
                      FIELD("ratnum_denominator", ratnum_denominator, typed),
                      FIELD("ratnum_pad", ratnum_pad, typed),
                      FIELD("exactnum_real", exactnum_real, typed),
                      FIELD("exactnum_imag", exactnum_imag, typed),
                      FIELD("exactnum_pad", exactnum_pad, typed),
                      FIELD("inexactnum_pad", inexactnum_pad, typed),
                      FIELD("inexactnum_real", inexactnum_real, typed),
                      FIELD("inexactnum_imag", inexactnum_imag, typed),
                      FIELD("tlc_keyval", tlc_keyval, typed),
                      FIELD("tlc_ht", tlc_ht, typed),
                      FIELD("tlc_next", tlc_next, typed),
                      FIELD("phantom_length", phantom_length, typed),
                      FIELD("thread_tc", thread_context, typed),
                      FIELD("port_handler", port_handler, typed),
                      FIELD("port_ocount", port_ocount, typed),
                      FIELD("port_icount", port_icount, typed),
                      FIELD("port_olast", port_olast, typed),
                      FIELD("port_obuffer", port_obuffer, typed),
                      FIELD("port_ilast", port_ilast, typed),
                      FIELD("port_ibuffer", port_ibuffer, typed),
                      FIELD("port_info", port_info, typed),
                      FIELD("port_name", port_name, typed),
                      FIELD("vector_data", typed_data, typed),
                      FIELD("fxvector_data", typed_data, typed),
                      FIELD("flvector_data", typed_data, typed),
                      FIELD("string_data", typed_data, typed),
                      FIELD("bytevector_data", typed_data, typed),
                      FIELD("bignum_data", typed_data, typed),
                      FIELD("record_data", typed_data, typed),
                      FIELD("stencil_vector_data", typed_data, typed)});
    compare(
        equates,
        {FIELD("code_length", code_length, typed), FIELD("code_reloc", code_reloc, typed),
         FIELD("code_name", code_name, typed), FIELD("code_arity_mask", code_arity_mask, typed),
         FIELD("code_closure_length", code_closure_length, typed),
         FIELD("code_info", code_info, typed), FIELD("code_pinfos", code_pinfos, typed),
         FIELD("code_data", code_data, typed), FIELD("record_type_ancestry", rtd_ancestry, typed),
         FIELD("record_type_size", rtd_record_size, typed),
         FIELD("record_type_pm", rtd_pointer_mask, typed),
         FIELD("record_type_mpm", rtd_mutable_pointer_mask, typed),
         FIELD("record_type_name", rtd_name, typed), FIELD("record_type_flds", rtd_fields, typed),
         FIELD("record_type_flags", rtd_flags, typed), FIELD("record_type_uid", rtd_uid, typed),
         FIELD("record_type_counts", rtd_counts, typed),
         FIELD("rtd_counts_timestamp", rtd_counts_timestamp, typed),
         FIELD("rtd_counts_data", rtd_counts_data, typed)});
    compare(equates, {FIELD("reloc_table_size", reloc_size, untyped),
                      FIELD("reloc_table_code", reloc_code, untyped),
                      FIELD("reloc_table_data", reloc_data, untyped),
                      FIELD("guardian_entry_obj", guardian_obj, untyped),
                      FIELD("guardian_entry_rep", guardian_rep, untyped),
                      FIELD("guardian_entry_tconc", guardian_tconc, untyped),
                      FIELD("guardian_entry_next", guardian_next, untyped),
                      FIELD("guardian_entry_orderedp", guardian_ordered, untyped),
                      FIELD("guardian_entry_pending", guardian_pending, untyped),
                      FIELD("cached_stack_size", cached_stack_size, untyped),
                      FIELD("cached_stack_link", cached_stack_link, untyped),
                      SAME("reference_disp", layout::reference_disp)});
    auto const field = [](Word offset) { return displacement(offset, Tag::typed); };
    namespace ht = hashtable_layout;
    compare(equates, {{"eq_hashtable_type_disp", field(ht::type)},
                      {"eq_hashtable_mutablep_disp", field(ht::is_mutable)},
                      {"eq_hashtable_vec_disp", field(ht::vector)},
                      {"eq_hashtable_minlen_disp", field(ht::minimum_length)},
                      {"eq_hashtable_size_disp", field(ht::size)},
                      {"eq_hashtable_subtype_disp", field(ht::variant)},
                      {"symbol_hashtable_type_disp", field(ht::type)},
                      {"symbol_hashtable_mutablep_disp", field(ht::is_mutable)},
                      {"symbol_hashtable_vec_disp", field(ht::vector)},
                      {"symbol_hashtable_minlen_disp", field(ht::minimum_length)},
                      {"symbol_hashtable_size_disp", field(ht::size)},
                      {"symbol_hashtable_equivp_disp", field(ht::variant)}});
  }

  TEST_CASE("sizes, flags and limits are those of equates.h") {
    test::Equates const equates = test::Equates::load();
    compare(
        equates,
        {SAME("size_pair", layout::pair_size), SAME("size_ephemeron", layout::ephemeron_size),
         SAME("size_flonum", layout::flonum_size), SAME("size_symbol", layout::symbol_size),
         SAME("size_box", layout::box_size), SAME("size_ratnum", layout::ratnum_size),
         SAME("size_exactnum", layout::exactnum_size),
         SAME("size_inexactnum", layout::inexactnum_size), SAME("size_tlc", layout::tlc_size),
         SAME("size_phantom", layout::phantom_size), SAME("size_thread", layout::thread_size),
         SAME("size_port", layout::port_size), SAME("size_continuation", layout::continuation_size),
         SAME("size_record_type", layout::rtd_size),
         SAME("size_rtd_counts", layout::rtd_counts_size),
         SAME("size_guardian_entry", layout::guardian_size),
         SAME("size_rp_header", return_header_bytes),
         SAME("virtual_register_count", virtual_register_count)});
    compare(equates, {SAME("code_flags_offset", code_flags_shift),
                      SAME("code_flag_system", code_flag_system),
                      SAME("code_flag_continuation", code_flag_continuation),
                      SAME("code_flag_template", code_flag_template),
                      SAME("code_flag_guardian", code_flag_guardian),
                      SAME("code_flag_mutable_closure", code_flag_mutable_closure),
                      SAME("code_flag_arity_in_closure", code_flag_arity_in_closure),
                      SAME("scaled_shot_1_shot_flag", scaled_shot_1_shot),
                      SAME("opportunistic_1_shot_flag", opportunistic_1_shot),
                      SAME("underflow_limit", underflow_limit), SAME("stack_slop", stack_slop),
                      SAME("one_shot_headroom", one_shot_headroom),
                      SAME("default_stack_size", default_stack_size)});
    compare(equates, {
#if !CORACLE_STRESS
      SAME("segment_offset_bits", segment_shift), SAME("card_offset_bits", card_shift),
          SAME("bytes_per_segment", segment_bytes), SAME("bytes_per_card", card_bytes),
#endif
          SAME("cards_per_segment", cards_per_segment),
          SAME("static_generation", static_generation),
          SAME("default_max_nonstatic_generation", default_maximum_generation),
          SAME("default_collect_trip_bytes", HeapOptions{}.collect_trip_bytes)
    });
    compare(equates, {SAME("space_new", Space::fresh),
                      SAME("space_impure", Space::impure),
                      SAME("space_symbol", Space::symbol),
                      SAME("space_port", Space::port),
                      SAME("space_pure", Space::pure),
                      SAME("space_continuation", Space::continuation),
                      SAME("space_code", Space::code),
                      SAME("space_pure_typed_object", Space::pure_typed),
                      SAME("space_impure_record", Space::impure_record),
                      SAME("space_impure_typed_object", Space::impure_typed),
                      SAME("space_closure", Space::closure),
                      SAME("space_immobile_impure", Space::immobile_impure),
                      SAME("space_count_pure", Space::count_pure),
                      SAME("space_count_impure", Space::count_impure),
                      SAME("space_weakpair", Space::weak_pair),
                      SAME("space_ephemeron", Space::ephemeron),
                      SAME("space_reference_array", Space::reference_array),
                      SAME("space_data", Space::data),
                      SAME("space_immobile_data", Space::immobile_data),
                      SAME("space_empty", Space::empty),
                      SAME("max_real_space", space_count - 1)});
  }

  TEST_CASE("fasl codes are those of equates.h") {
    test::Equates const equates = test::Equates::load();
#define FASL(code, name, role, ...) compare(equates, {SAME("fasl_type_" #name, code)});
#include "boot/image/fasl.def"
#undef FASL
    compare(equates,
            {SAME("fasl_fld_ptr", FaslFieldType::pointer), SAME("fasl_fld_u8", FaslFieldType::u8),
             SAME("fasl_fld_i16", FaslFieldType::i16), SAME("fasl_fld_i24", FaslFieldType::i24),
             SAME("fasl_fld_i32", FaslFieldType::i32), SAME("fasl_fld_i40", FaslFieldType::i40),
             SAME("fasl_fld_i48", FaslFieldType::i48), SAME("fasl_fld_i56", FaslFieldType::i56),
             SAME("fasl_fld_i64", FaslFieldType::i64),
             SAME("fasl_fld_single", FaslFieldType::single_float),
             SAME("fasl_fld_double", FaslFieldType::double_float)});
    compare(equates, {SAME("reloc_type_offset", RelocationWord::type_shift),
                      SAME("reloc_code_offset_offset", RelocationWord::code_offset_shift),
                      SAME("reloc_item_offset_offset", RelocationWord::item_offset_shift),
                      SAME("reloc_code_offset_mask", RelocationWord::greatest_offset),
                      SAME("reloc_item_offset_mask", RelocationWord::greatest_offset),
                      SAME("reloc_abs", 0), SAME("reloc_pb_abs", 1), SAME("reloc_pb_proc", 2)});
  }
}

}  // namespace
}  // namespace coracle
