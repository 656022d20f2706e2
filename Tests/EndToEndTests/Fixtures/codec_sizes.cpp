/* No plugin but a program: answers each line of a file from the tables of the codec, with
 *     dpb STANDARD LEVEL WIDTH HEIGHT                  pictures
 *     picture VARIANT STANDARD FORMAT WIDTH HEIGHT     bytes of each plane
 *     input VARIANT STANDARD WIDTH HEIGHT BYTES        bytes of each side buffer that comes with the input
 *     side VARIANT STANDARD WIDTH HEIGHT               bytes of each side buffer that comes with the pictures
 *     vectors WIDTH HEIGHT BLOCK                       bytes of a cedrus HEVC picture's vectors
 *     internal WIDTH HEIGHT                            bytes of a coda picture
 */
#include <cstdio>
#include <variants.h>

using namespace codec;

int main(int argc, char **argv)
{
    char word[16], first[16], second[16], third[16];
    unsigned width, height, size;
    FILE *file = argc == 2 ? std::fopen(argv[1], "r") : nullptr;

    if (!file)
        return 1;
    while (std::fscanf(file, "%15s", word) == 1) {
        if (!std::strcmp(word, "dpb") &&
            std::fscanf(file, "%15s %15s %u %u", first, second, &width, &height) == 4) {
            std::printf("%u\n", dpbSize(Standard(standardNamed(first)), second, width, height));
        } else if (!std::strcmp(word, "picture") &&
                   std::fscanf(file, "%15s %15s %15s %u %u", first, second, third, &width, &height) == 5) {
            video_layout layout = pictureLayout(Variant(variantNamed(first)), Standard(standardNamed(second)),
                                                video_format_named(third), width, height);
            for (unsigned i = 0; i < layout.nr_planes; i++)
                std::printf(i ? " %lu" : "%lu", layout.sizeimage[i]);
            std::printf("\n");
        } else if (!std::strcmp(word, "side") &&
                   std::fscanf(file, "%15s %15s %u %u", first, second, &width, &height) == 4) {
            SideBuffers side = sideBuffers(Variant(variantNamed(first)), Standard(standardNamed(second)),
                                           width, height);
            for (size_t i = 0; i < side.count; i++)
                std::printf(i ? " %lu" : "%lu", side.items[i].bytes);
            std::printf("\n");
        } else if (!std::strcmp(word, "input") &&
                   std::fscanf(file, "%15s %15s %u %u %u", first, second, &width, &height, &size) == 5) {
            SideBuffers side = inputBuffers(Variant(variantNamed(first)), Standard(standardNamed(second)),
                                            width, height, size);
            for (size_t i = 0; i < side.count; i++)
                std::printf(i ? " %lu" : "%lu", side.items[i].bytes);
            std::printf("\n");
        } else if (!std::strcmp(word, "vectors") && std::fscanf(file, "%u %u %u", &width, &height, &size) == 3) {
            std::printf("%lu\n", cedrusHevcVectors(width, height, size));
        } else if (!std::strcmp(word, "internal") && std::fscanf(file, "%u %u", &width, &height) == 2) {
            std::printf("%lu\n", codaInternalPicture(width, height));
        } else {
            return 1;
        }
    }
    return 0;
}
