/* Coracle for C programs: machines that run Scheme.
 *
 *     coracle_error* error = NULL;
 *     coracle_machine* m = coracle_boot("/usr/lib/coracle/%v/%m", &error);
 *     coracle_value* v = m ? coracle_eval(m, "(expt 2 10)", &error) : NULL;
 *     if (v && coracle_get_int64(v, &n)) ...
 *     else fprintf(stderr, "%s\n", coracle_error_message(error));
 *
 * Handles are opaque. A value keeps its Scheme object alive until coracle_value_free; the caller frees
 * every coracle_value* that a function returns. A function that fails returns NULL or false and stores an
 * error in *error (unless `error` is null), which the caller frees; *error must be null before the call.
 * No C++ exception and no jump leaves a function. A machine runs on one thread at a time; only
 * coracle_interrupt may be called on others. Text is UTF-8.
 */
#ifndef CORACLE_H
#define CORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct coracle_machine coracle_machine;
typedef struct coracle_value coracle_value;
typedef struct coracle_error coracle_error;

/* --- Machines */

/* Boots scheme.boot and the boot files that it needs. They are found on a search path, which is written as
 * in SCHEMEHEAPDIRS (null: the built-in folders). */
coracle_machine* coracle_boot(const char* heap_dirs, coracle_error** error);
/* A boot file in memory; the bytes must stay valid until coracle_boot_bytes returns. */
typedef struct {
  const char* name; /* for messages */
  const void* data;
  size_t size;
} coracle_boot_file;
coracle_machine* coracle_boot_bytes(const coracle_boot_file* files, size_t count,
                                    coracle_error** error);
/* Free the machine's values and errors before it. Null is ignored. */
void coracle_free(coracle_machine* machine);

/* --- Calls. An error leaves the machine usable, except for the kinds exit and ended. */

/* Evaluates all forms of a text; returns the value of the last one. */
coracle_value* coracle_eval(coracle_machine* machine, const char* source, coracle_error** error);
bool coracle_load(coracle_machine* machine, const char* path, coracle_error** error);
coracle_value* coracle_call(const coracle_value* procedure, coracle_value* const* arguments,
                            size_t count, coracle_error** error);
/* The value of a top-level variable, which may be a procedure. */
coracle_value* coracle_lookup(coracle_machine* machine, const char* name, coracle_error** error);
bool coracle_define(coracle_machine* machine, const char* name, const coracle_value* value,
                    coracle_error** error);

/* A C function that Scheme calls. When it returns, its arguments and result are freed. A null result
 * stands for the unspecified value; after coracle_raise the result is ignored. `data` is the pointer that
 * was passed to coracle_procedure. */
typedef coracle_value* (*coracle_function)(coracle_machine* machine,
                                           coracle_value* const* arguments, size_t count,
                                           void* data);
/* Makes a procedure that takes `count` arguments, or any number (-1). Unless `release` is null, it is called
 * with `data` when the procedure is gone. That happens during a collection, so it may call nothing declared
 * here. */
coracle_value* coracle_procedure(coracle_machine* machine, const char* name, int count,
                                 coracle_function function, void* data, void (*release)(void*),
                                 coracle_error** error);
/* Called inside a C function: when that returns, its call raises a condition with this message. */
void coracle_raise(coracle_machine* machine, const char* message);
/* The same with the error of a call that it made, whose condition is raised again. Frees the error. */
void coracle_raise_error(coracle_machine* machine, coracle_error* error);

/* Limits what a call may use up; 0 means no limit. */
void coracle_set_limits(coracle_machine* machine, uint64_t ticks, uint64_t bytes);
/* Ends the running call, or the next one. May be called on any thread and in signal handlers. */
void coracle_interrupt(coracle_machine* machine);
/* Sends the console's output to functions; a null function leaves its port as it is. */
typedef void (*coracle_writer)(const char* text, size_t size, void* data);
bool coracle_set_output(coracle_machine* machine, coracle_writer output, void* output_data,
                        coracle_writer error_output, void* error_data, coracle_error** error);

/* Runs an interactive session to its end; returns the exit status. */
int coracle_start(coracle_machine* machine, int argc, const char* const* argv);

/* --- Values. Functions that make values return null when memory runs out. */
coracle_value* coracle_int64(coracle_machine* machine, int64_t n);
coracle_value* coracle_double(coracle_machine* machine, double x);
coracle_value* coracle_bool(coracle_machine* machine, bool b);
coracle_value* coracle_string(coracle_machine* machine, const char* text, size_t size);
coracle_value* coracle_symbol(coracle_machine* machine, const char* name);
coracle_value* coracle_list(coracle_machine* machine, coracle_value* const* items, size_t count);
coracle_value* coracle_copy(const coracle_value* value);
void coracle_value_free(coracle_value* value);

/* These return false if the object has another type. */
bool coracle_get_int64(const coracle_value* value, int64_t* n);
bool coracle_get_double(const coracle_value* value, double* x);
/* All objects but #f are true. */
bool coracle_is_true(const coracle_value* value);
bool coracle_is_null(const coracle_value* value);
/* A new NUL-terminated text, to be freed with free(); null if the object is neither a string nor a symbol. */
char* coracle_get_string(const coracle_value* value, size_t* size);
/* The parts of a pair; null for other objects. */
coracle_value* coracle_car(const coracle_value* value);
coracle_value* coracle_cdr(const coracle_value* value);

/* --- Errors */
typedef enum {
  CORACLE_CONDITION,
  CORACLE_WRONG_TYPE,
  CORACLE_INTERRUPTED,
  CORACLE_OUT_OF_TICKS,
  CORACLE_OUT_OF_MEMORY,
  CORACLE_RESET,
  CORACLE_LEFT, /* Scheme went on elsewhere, by a continuation */
  CORACLE_EXIT, /* (exit); coracle_error_status is the status */
  CORACLE_ENDED,
  CORACLE_BUSY, /* a run (C++ alone has them: boot/api/run.h) is in the way */
  CORACLE_BOOT  /* booting failed: there is no machine */
} coracle_error_kind;
coracle_error_kind coracle_error_kind_of(const coracle_error* error);
/* Valid until the error is freed. */
const char* coracle_error_message(const coracle_error* error);
int coracle_error_status(const coracle_error* error);
/* The object that was raised, and its irritants; null for other kinds of errors. */
coracle_value* coracle_error_condition(const coracle_error* error);
coracle_value* coracle_error_irritants(const coracle_error* error);
void coracle_error_free(coracle_error* error);

#ifdef __cplusplus
}
#endif

#endif
