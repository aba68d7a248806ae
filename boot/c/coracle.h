/* Coracle for C programs: machines that run Scheme.
 *
 *     coracle_error* error = NULL;
 *     coracle_machine* m = coracle_boot("/usr/lib/coracle/%v/%m", &error);
 *     coracle_value* v = m ? coracle_eval(m, "(expt 2 10)", &error) : NULL;
 *     if (v && coracle_get_int64(v, &n)) ...
 *     else fprintf(stderr, "%s\n", coracle_error_message(error));
 *
 * Handles are opaque. A value keeps its Scheme object until coracle_value_free; every function that
 * returns a coracle_value* gives the caller one to free. Where a function fails, it returns NULL or
 * false and puts an error into `error` (unless that is null), which the caller frees; what is there
 * must be null before. No C++ exception and no jump comes out of a function. A machine runs on one thread
 * at a time; only coracle_interrupt may be called on others. Text is UTF-8.
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

/* Boots scheme.boot, and what it needs, out of a search path as in SCHEMEHEAPDIRS (null: the built-in
 * folders). */
coracle_machine* coracle_boot(const char* heap_dirs, coracle_error** error);
/* A boot file in memory; it must stay until coracle_boot_bytes returns. */
typedef struct {
  const char* name; /* for messages */
  const void* data;
  size_t size;
} coracle_boot_file;
coracle_machine* coracle_boot_bytes(const coracle_boot_file* files, size_t count,
                                    coracle_error** error);
/* Frees the values and errors of the machine first, or not at all. Null is nothing. */
void coracle_free(coracle_machine* machine);

/* --- Calls. An error leaves the machine usable, but for the kinds exit and ended. */

/* Evaluates all forms of a text: the value of the last one. */
coracle_value* coracle_eval(coracle_machine* machine, const char* source, coracle_error** error);
bool coracle_load(coracle_machine* machine, const char* path, coracle_error** error);
coracle_value* coracle_call(const coracle_value* procedure, coracle_value* const* arguments,
                            size_t count, coracle_error** error);
/* The value of a top-level variable, which may be a procedure. */
coracle_value* coracle_lookup(coracle_machine* machine, const char* name, coracle_error** error);
bool coracle_define(coracle_machine* machine, const char* name, const coracle_value* value,
                    coracle_error** error);

/* A C function that Scheme calls. The arguments are freed when it returns. It returns a value, which is
 * freed, or null for an unspecified one; after coracle_raise, what it returns is not looked at. `data` is
 * what was given with it. */
typedef coracle_value* (*coracle_function)(coracle_machine* machine,
                                           coracle_value* const* arguments, size_t count,
                                           void* data);
/* A procedure that takes `count` arguments, or any number (-1). `release` (or null) is called with
 * `data` when the procedure is gone, during a collection: it may call nothing of this header. */
coracle_value* coracle_procedure(coracle_machine* machine, const char* name, int count,
                                 coracle_function function, void* data, void (*release)(void*),
                                 coracle_error** error);
/* Inside a C function: when it returns, its call raises a condition with this message. */
void coracle_raise(coracle_machine* machine, const char* message);
/* The same with the error of a call inside it: its condition is raised again. Frees the error. */
void coracle_raise_error(coracle_machine* machine, coracle_error* error);

/* What a call may use up; 0: no limit. */
void coracle_set_limits(coracle_machine* machine, uint64_t ticks, uint64_t bytes);
/* Ends the call that runs, or the next one. On any thread, and in signal handlers. */
void coracle_interrupt(coracle_machine* machine);
/* Output to the console goes to a function; null: as it was. */
typedef void (*coracle_writer)(const char* text, size_t size, void* data);
bool coracle_set_output(coracle_machine* machine, coracle_writer output, void* output_data,
                        coracle_writer error_output, void* error_data, coracle_error** error);

/* The session with a user, to its end: the exit status. */
int coracle_start(coracle_machine* machine, int argc, const char* const* argv);

/* --- Values. Makers return null when there is no memory. */
coracle_value* coracle_int64(coracle_machine* machine, int64_t n);
coracle_value* coracle_double(coracle_machine* machine, double x);
coracle_value* coracle_bool(coracle_machine* machine, bool b);
coracle_value* coracle_string(coracle_machine* machine, const char* text, size_t size);
coracle_value* coracle_symbol(coracle_machine* machine, const char* name);
coracle_value* coracle_list(coracle_machine* machine, coracle_value* const* items, size_t count);
coracle_value* coracle_copy(const coracle_value* value);
void coracle_value_free(coracle_value* value);

/* False where the object is of another type. */
bool coracle_get_int64(const coracle_value* value, int64_t* n);
bool coracle_get_double(const coracle_value* value, double* x);
/* All objects but #f are true. */
bool coracle_is_true(const coracle_value* value);
bool coracle_is_null(const coracle_value* value);
/* A new text that ends with NUL, for free(); null where the object is no string (or symbol). */
char* coracle_get_string(const coracle_value* value, size_t* size);
/* The parts of a pair; null where the object is none. */
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
  CORACLE_BOOT /* there is no machine */
} coracle_error_kind;
coracle_error_kind coracle_error_kind_of(const coracle_error* error);
/* Good until the error is freed. */
const char* coracle_error_message(const coracle_error* error);
int coracle_error_status(const coracle_error* error);
/* What was raised, and its irritants; null if the error is no condition. */
coracle_value* coracle_error_condition(const coracle_error* error);
coracle_value* coracle_error_irritants(const coracle_error* error);
void coracle_error_free(coracle_error* error);

#ifdef __cplusplus
}
#endif

#endif
