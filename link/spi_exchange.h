// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/span.h"
#include "link/link.h"

namespace nwp::link {

/// SPI: in each exchange master and slave send the same number of bytes at once. Every exchange begins with
/// both ends' header, which says what each has and has room for; docs/protocol/links.md has the bytes.
constexpr std::size_t kSpiHeaderSize = 8;
constexpr std::size_t kSpiCheckSize = 4;

/// The longest exchange for frames of that room.
constexpr std::size_t spi_exchange_room(std::size_t frame_room) {
    return kSpiHeaderSize + frame_room + kSpiCheckSize;
}

/// What a SpiExchange borrows: one exchange to send, two to receive (one is read while the next comes in).
constexpr std::size_t spi_storage_room(std::size_t frame_room) { return 3 * spi_exchange_room(frame_room); }

/// What the other end's side of the exchanges looked like. Counts wrap around.
struct SpiCounters {
    std::uint32_t exchanges = 0;  ///< whose header was right
    std::uint32_t frames = 0;     ///< received whole and right
    std::uint32_t silent = 0;     ///< a held or floating line: nobody was listening
    std::uint32_t bad_header = 0; ///< anything else that is no header
    std::uint32_t bad_check = 0;  ///< right header, damaged frame
    std::uint32_t resets = 0;     ///< the peer started anew
};

/// Either end of an SPI link, as a machine without I/O or clock. The shell clocks:
///
///   const auto exchange = machine.begin();
///   ... send from exchange.transmit while filling exchange.receive ...
///   machine.end(bytes_clocked);
///
/// A master clocks next_size() bytes whenever wants_exchange() or the slave's attention line says so, and
/// from time to time when there is no such line; a slave keeps begun and puts wants_exchange() on that line.
/// One thread at a time; the callback of on_activity runs inside end().
class SpiExchange final : public Link {
public:
    /// `storage` has spi_storage_room(frame_room) bytes for the frame room one wants, 64 to 65,535.
    explicit SpiExchange(Bytes storage);
    SpiExchange(const SpiExchange&) = delete;
    SpiExchange& operator=(const SpiExchange&) = delete;

    struct Exchange {
        ByteView transmit; ///< as long as the longest exchange
        Bytes receive;     ///< the same size
    };

    /// Makes both buffers ready. May be called again without end() when nothing was clocked, to offer what
    /// came since. The views stay until end().
    Exchange begin();

    /// `size` bytes were clocked both ways since begin(). More than the buffers hold counts as full buffers.
    void end(std::size_t size);

    /// What a master clocks next: a header alone, or after that what the headers have agreed on.
    std::size_t next_size() const;

    /// There is something to tell the other end, or something there that this end has room for.
    bool wants_exchange() const;

    /// The last exchange met a peer. A master that clocks into the void waits a little before the next one.
    bool answered() const { return answered_; }

    const SpiCounters& counters() const { return counters_; }

    std::size_t frame_room() const override { return frame_room_; }
    /// Holds one frame; the next has room when that one went out.
    Result<void> send(ByteView frame) override;
    Result<ByteView> receive() override;
    void on_activity(Callback<void()> wake) override { wake_ = wake; }
    bool checked() const override { return true; }
    bool reliable() const override { return false; }

private:
    struct Header {
        bool reset = false;      ///< I was reset since you last looked
        bool reset_seen = false; ///< your last header said reset
        std::uint16_t have = 0;  ///< bytes of the frame behind this header, 0: none
        std::uint16_t room = 0;  ///< the longest frame I can take
    };

    static void write(const Header& header, Bytes into);
    static bool read(ByteView from, Header& header);

    Bytes slot(std::size_t number) const;
    std::uint16_t room() const;
    void note_reset();
    bool take_frame();
    bool drop_outgoing();

    Bytes storage_;
    std::size_t frame_room_;
    Callback<void()> wake_;
    SpiCounters counters_;

    std::uint16_t outgoing_ = 0;    ///< size of the frame that waits in the transmit slot, 0: none
    std::size_t incoming_slot_ = 1; ///< where the next exchange goes; 3 - this one holds the received frame
    std::uint16_t held_ = 0;        ///< size of the received frame that waits for receive()
    bool lent_ = false;             ///< that frame's view is out

    Header mine_;                ///< as begin() offered it
    Header told_;                ///< the last of ours that went out while the peer was there
    Header theirs_;              ///< the last right one
    bool met_ = false;           ///< theirs_ is real
    bool answered_ = false;      ///< the last exchange brought a right header
    bool settled_ = false;       ///< and nothing else
    bool reset_ = true;          ///< the peer does not know yet that this end began anew
    bool reset_pending_ = false; ///< receive() has to say link_reset
};

} // namespace nwp::link
