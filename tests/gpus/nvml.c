/* Stands for libnvidia-ml.so.1: its devices are the lines of the file that FAKED_GPUS names, in their order.
 *
 *     driver VERSION CUDA            as nvmlSystemGetCudaDriverVersion_v2 has it: 13000
 *     gpu UUID BYTES MIG NAME        MIG: no, off, on, or lost for one that answers to nothing
 *     slice UUID BYTES NAME          of the GPU above
 *
 * Without the variable the driver is not loaded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, NOT_LOADED = 9, LOST = 15 };

typedef struct device {
    char uuid[96], mig[8], name[96];
    unsigned long long bytes;
    struct device *of;
} device;

static device devices[64];
static int number;
static char driver[80];
static int cuda;

int nvmlInitWithFlags(unsigned flags) {
    char line[512];
    const char *path = getenv("FAKED_GPUS");
    FILE *file = path ? fopen(path, "r") : NULL;
    device *last = NULL;
    (void)flags;
    number = 0;
    if (!file) return NOT_LOADED;
    while (fgets(line, sizeof line, file) && number < 64) {
        device *now = &devices[number];
        memset(now, 0, sizeof *now);
        if (sscanf(line, "driver %79s %d", driver, &cuda) == 2) continue;
        if (sscanf(line, "gpu %95s %llu %7s %95[^\n]", now->uuid, &now->bytes, now->mig, now->name) == 4)
            last = now, number++;
        else if (sscanf(line, "slice %95s %llu %95[^\n]", now->uuid, &now->bytes, now->name) == 3)
            now->of = last, number++;
    }
    fclose(file);
    return SUCCESS;
}

int nvmlShutdown(void) { return SUCCESS; }

static int told(char *to, unsigned size, const char *text) { return snprintf(to, size, "%s", text) < 0; }

int nvmlSystemGetDriverVersion(char *version, unsigned size) { return told(version, size, driver); }

int nvmlSystemGetCudaDriverVersion_v2(int *version) { return *version = cuda, SUCCESS; }

static int nth(device *of, unsigned index, device **found) {
    for (int i = 0; i < number; i++)
        if (devices[i].of == of && index-- == 0) return *found = &devices[i], SUCCESS;
    return NOT_FOUND;
}

int nvmlDeviceGetCount_v2(unsigned *count) {
    device *found;
    for (*count = 0; nth(NULL, *count, &found) == SUCCESS;) ++*count;
    return SUCCESS;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, device **found) {
    if (nth(NULL, index, found)) return INVALID;
    return strcmp((*found)->mig, "lost") ? SUCCESS : LOST;
}

int nvmlDeviceGetUUID(device *of, char *uuid, unsigned size) { return told(uuid, size, of->uuid); }

int nvmlDeviceGetName(device *of, char *name, unsigned size) { return told(name, size, of->name); }

int nvmlDeviceGetMemoryInfo(device *of, unsigned long long memory[3]) {
    memory[0] = memory[1] = of->bytes, memory[2] = 0;
    return SUCCESS;
}

int nvmlDeviceGetMigMode(device *of, unsigned *now, unsigned *pending) {
    if (!strcmp(of->mig, "no")) return NOT_SUPPORTED;
    *now = *pending = !strcmp(of->mig, "on");
    return SUCCESS;
}

/* As on a real one, more than there are. */
int nvmlDeviceGetMaxMigDeviceCount(device *of, unsigned *count) { return (void)of, *count = 7, SUCCESS; }

int nvmlDeviceGetMigDeviceHandleByIndex(device *of, unsigned index, device **found) { return nth(of, index, found); }
