// Old space: the segments of the collected generations, from the beginning of a collection to its end.
//
// Owns: their runs. What stays in one goes back to the heap with it, the others are freed.
// Must not know: how objects are reached.
#pragma once

#include "vm/heap/collect/copier.h"

namespace coracle {

class OldSpace {
 public:
  OldSpace(const Collection& collection, Copier& copier)
      : c_(collection), h_(collection.heap), copier_(copier) {}
  OldSpace(const OldSpace&) = delete;
  OldSpace& operator=(const OldSpace&) = delete;

  /// Takes all runs of the collected generations.
  void set_up();
  /// Locked objects stay, and live. In fresh segments they alone stay: everything else is copied out,
  /// because old fresh segments, with objects of all kinds, can't be swept by their cards.
  void pin_locked();
  /// When all that lives has been reached, and nothing in old space is looked at any more.
  void release();

 private:
  bool stays_in_place(const Segment& head) const;
  void count_holes(Segment* head);
  void fill_holes(Segment* head);
  void copy_list_bits(Segment* s);

  const Collection& c_;
  HeapImplementation& h_;
  Copier& copier_;
  ScratchVector<Segment*> runs_{&h_.scratch};
};

}  // namespace coracle
