// A booted machine: what a C++ program creates to run Scheme.
//
// Owns: the order of booting, the calls into the image that start a session and end it.
// Invariants: Values that these functions take and give are good until the next call that may run
// Scheme code.
// Must not know: options of the command line.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "boot/boot_files.h"
#include "boot/fasl_loader.h"
#include "vm/exec/vm.h"
#include "vm/heap/values/value_arena.h"

namespace coracle {

class Machine {
 public:
  /// Finds the boot files, builds the heap out of them and initialises it. Memory that runs out is
  /// an error here; later it is a Scheme condition, in a function of this class OutOfMemory.
  static Result<std::unique_ptr<Machine>> boot(const BootSearch& search, const VmOptions& options);
  /// The same with files that were found before.
  static Result<std::unique_ptr<Machine>> boot(const std::vector<BootFile>& files,
                                               const VmOptions& options);

  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Vm& vm() { return vm_; }
  Thread& thread() { return vm_.main_thread(); }

  /// Calls the value of a top-level variable.
  Value call_top_level(std::string_view name, std::initializer_list<Value> arguments);
  /// Calls a procedure of the image's own, exported or not; false where it has none of that name.
  bool call_system(std::string_view name, std::initializer_list<Value> arguments);
  /// Strings and symbols as arguments.
  Value string(std::string_view utf8) { return make_string_utf8(thread(), utf8); }
  Value symbol(std::string_view utf8) { return vm_.symbols.intern(thread(), utf8); }
  /// An arena for Values outside the heap; it must end before the machine.
  ValueArena value_arena() { return ValueArena(thread(), vm_.symbols); }

  /// Starts the session (the parameter scheme-start: the REPL, by default) with the files and
  /// arguments of the command line; returns the exit status.
  int start(const std::vector<std::string>& arguments);
  /// Runs a script, or an RNRS program.
  int run_script(std::string_view path, const std::vector<std::string>& arguments, bool program);
  /// True when (exit) has ended the program; vm().exit_status is its status.
  bool exited() { return vm_.main_thread().transfer == Transfer::exit; }
  /// Closes what is still open; nothing else may be called afterwards.
  void close_files();

 private:
  Machine(const Profile& profile, const VmOptions& options);
  static Result<std::unique_ptr<Machine>> load_all(const std::vector<BootFile>& files,
                                                   const VmOptions& options);

  Result<void> load(const BootFile& file, bool base);
  Result<void> run_boot_object(Value object, const std::string& path);
  Result<void> boot_call(Value procedure, std::initializer_list<Value> arguments,
                         const std::string& path);
  bool find_load_binary(const std::string& path);
  Value system_value(std::string_view name);
  Value string_list(const std::vector<std::string>& strings);
  int run(Value procedure, std::initializer_list<Value> arguments);

  Vm vm_;
  ImageFaslLoader loader_;
  // Roots while boot files are loaded.
  Value load_binary_ = false_value;  // what is made by $make-load-binary for the file
  Value object_ = false_value;       // the object that is run
};

}  // namespace coracle
