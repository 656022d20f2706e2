/* No plugin but a program: for each line "FORMAT WIDTH HEIGHT STRIDE_ALIGN HEIGHT_ALIGN
 * CHROMA_HEIGHT_ALIGN PLANE_ALIGN SEPARATE EXTRA" of a file, bytes, pages and 64 KiB chunks of the
 * picture as devemu/video.h has them. */
#include <devemu/video.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    char name[16];
    unsigned int width, height, separate;
    struct video_rules rules = {0};
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;

    if (!file)
        return 1;
    while (fscanf(file, "%15s %u %u %u %u %u %u %u %lu", name, &width, &height, &rules.stride_align,
                  &rules.height_align, &rules.chroma_height_align, &rules.plane_align, &separate,
                  &rules.extra_bytes) == 9) {
        struct video_layout layout;
        unsigned long chunks = 0;

        rules.separate_planes = separate != 0;
        layout = video_layout_of(video_format_named(name), width, height, &rules);
        for (unsigned int i = 0; i < layout.nr_planes; i++)
            chunks += video_chunks(layout.sizeimage[i], 4);
        printf("%lu %lu %lu\n", video_layout_bytes(&layout), video_layout_pages(&layout), chunks);
    }
    return 0;
}
