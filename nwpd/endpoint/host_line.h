// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <string>

namespace nwp::endpoint {

/// Who is told about a line. Calls come on the executor, never from inside a call to the line.
class HostLineListener {
public:
    /// A host opened the line: the sign that it powered us on.
    virtual void on_opened() = 0;
    /// It closed the line: we are without power. Every open is followed by one close before the next open,
    /// also when the host did both within microseconds. Bytes of either direction that were under way are
    /// gone.
    virtual void on_closed() = 0;
    /// read() has something. Told once, and again when read() was empty in between.
    virtual void on_readable() = 0;
    /// All that waited has left: unsent() is 0 again.
    virtual void on_drained() = 0;

protected:
    ~HostLineListener() = default;
};

/// A byte stream to one host that comes and goes. There is never more than one host: who opens a line that is
/// open is turned away. One executor.
class HostLine {
public:
    virtual ~HostLine() = default;
    HostLine() = default;
    HostLine(const HostLine&) = delete;
    HostLine& operator=(const HostLine&) = delete;

    /// Begins to wait for a host; the listener outlives the line. Empty: it does; else why not, in words for
    /// the person who wrote the configuration.
    virtual std::string start(HostLineListener& listener) = 0;

    /// Bytes that came; empty: none now, on_readable() tells when. Valid until the next call. Whoever does
    /// not read slows the host down.
    virtual ByteView read() = 0;
    /// Takes all; what the line has no room for waits. Nothing happens while no host is there.
    virtual void write(ByteView bytes) = 0;
    /// Bytes that wait.
    virtual std::size_t unsent() const = 0;
    /// From the next open on the line runs at so many bits a second; where there is no such rate, nothing
    /// happens.
    virtual void set_rate(unsigned baud) = 0;

    /// Where hosts find it, once start() said that it waits: a path, an address with its port.
    virtual std::string place() const { return {}; }
};

} // namespace nwp::endpoint
