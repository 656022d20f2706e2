/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* The loopback device is as far as it reaches. */
PLUGIN("opens a socket and sends a datagram")
{
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(9)};
    int file;

    devemu_attach(host);
    file = socket(AF_INET, SOCK_DGRAM, 0);
    if (file < 0)
        return 0;
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sendto(file, "x", 1, 0, (struct sockaddr *)&there, sizeof(there));
    return 1;
}
