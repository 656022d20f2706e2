// libcrypto of OpenSSL as Swift sees it; only Sweeps imports this module.
#pragma once
#include <openssl/evp.h>
