// What compiled code calls when its fast path does not suffice: stack overflow and underflow, wrong
// calls, full allocation areas, events; and the way in and out of C++. The C entries of an image.
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

/// An entry that an interrupt may end belongs to a procedure, which is then called again with its arguments.
/// Those of the entry are its arguments from `first` (1-based) on; it doesn't look at earlier ones.
void add_resumption(Thread& t, const EntryDescriptor& entry, Value procedure, int first);
/// For the entry that runs and is about to return because of an interrupt: lets the image handle its
/// events, and then calls the entry's procedure again, in tail position of the procedure that called the
/// entry. That one must not have changed its frame. False if the entry has no such procedure.
bool resume_after_events(Thread& t);
void foreign_entry(Thread& t);
void install_library_entry(Thread& t);
void get_more_room(Thread& t);
void scan_remembered_set(Thread& t);
void return_home(Thread& t);

}  // namespace coracle::kernel
