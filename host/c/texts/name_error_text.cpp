// SPDX-License-Identifier: Apache-2.0
#include "nwp/socket.h"

const char* nwp_gai_strerror(int code) {
    switch (code) {
        case 0: return "success";
        case EAI_BADFLAGS: return "bad flags";
        case EAI_NONAME: return "no such name or service";
        case EAI_AGAIN: return "no answer now: try again";
        case EAI_FAIL: return "the name server refused";
        case EAI_NODATA: return "the name has no address of that family";
        case EAI_FAMILY: return "address family not supported";
        case EAI_SOCKTYPE: return "socket type not supported";
        case EAI_SERVICE: return "no such service for that socket type";
        case EAI_MEMORY: return "no room for the results: free other lists";
        case EAI_OVERFLOW: return "the text does not fit";
        case EAI_SYSTEM: return "system error: see errno";
        default: return "unknown error";
    }
}
