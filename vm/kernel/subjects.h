// The headers of the kernel's subjects, for the table of entries.
#pragma once

#include "vm/kernel/calls.h"
#include "vm/kernel/code.h"
#include "vm/kernel/control.h"
#include "vm/kernel/flonums.h"
#include "vm/kernel/images.h"
#include "vm/kernel/integers.h"
#include "vm/kernel/random.h"
#include "vm/kernel/storage.h"
#include "vm/kernel/symbols.h"
