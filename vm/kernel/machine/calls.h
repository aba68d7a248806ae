// The C entries of an image: what compiled code calls when its fast path does not suffice (stack overflow
// and underflow, invalid calls, full allocation areas, events), and the way in and out of C++.
//
// They take their arguments from the thread context and leave results there (scheme registers
// ac0, cp, xp, ts and the argument registers).
#pragma once

#include "vm/exec/entry.h"

namespace coracle::kernel {

Word get_thread_context(Thread& t);
void handle_apply_overflood(Thread& t);
void handle_overflow(Thread& t);
void handle_overflood(Thread& t);
void split_and_resize(Thread& t);
void handle_docall_error(Thread& t);
void handle_arg_error(Thread& t);
void handle_nonprocedure_symbol(Thread& t);
void handle_values_error(Thread& t);
void handle_mvlet_error(Thread& t);
void handle_event_detour(Thread& t);

/// Says which procedure is called again, with its arguments, after an interrupt has ended an entry. The
/// entry's arguments are the procedure's from `first` (1-based) on; the procedure ignores earlier ones.
void add_resumption(Thread& t, const EntryDescriptor& entry, Value procedure, int first);
/// For the running entry, when it is about to return because of an interrupt: lets the image handle its
/// events and then calls the entry's procedure again, in tail position of the procedure that called the
/// entry, which must not have changed its frame. False if the entry has no such procedure.
bool resume_after_events(Thread& t);
void foreign_entry(Thread& t);
void install_library_entry(Thread& t);
void get_more_room(Thread& t);
void scan_remembered_set(Thread& t);
void return_home(Thread& t);

}  // namespace coracle::kernel
