// The headers of the kernel's subjects, for the table of entries.
#pragma once

