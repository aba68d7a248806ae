/* The table of the chunks that print_samples prints. */
#ifndef CORACLE_TESTS_TRANSLATE_SAMPLE_CHUNKS_H_
#define CORACLE_TESTS_TRANSLATE_SAMPLE_CHUNKS_H_

#include "vm/translate/chunk.h"

#ifdef __cplusplus
using coracle::CoracleChunk;
extern "C" {
#endif

struct coracle_sample_chunk {
  unsigned sample; /* its number */
  unsigned word;   /* where the chunk begins */
  CoracleChunk* chunk;
};
/* The last one has no chunk. */
extern const struct coracle_sample_chunk coracle_sample_chunks[];

#ifdef __cplusplus
}
#endif

#endif
