package dev.tidewait.lab.study;

import java.nio.ByteBuffer;

/** How frames begin on a link, and the number that captures give to it (tcpdump.org/linktypes.html). */
public enum LinkForm {
    ETHERNET(1),
    VLAN(1),
    QINQ(1),
    NULL_LITTLE(0),
    LOOP(108),
    RAW(101),
    SLL(113),
    SLL2(276);

    private static final int ETHERNET_ADDRESSES = 12;
    private static final short TYPE_IPV4 = 0x0800;
    private static final short TYPE_IPV6 = (short) 0x86dd;
    private static final short TAG = (short) 0x8100;
    private static final short SERVICE_TAG = (short) 0x88a8;
    private static final byte LOCAL_ADDRESS = 0x02;
    private static final int AF_INET = 2;
    private static final int AF_INET6_BSD = 30;
    private static final int SLL_BEFORE_TYPE = 14;
    private static final int SLL2_BEHIND_TYPE = 18;

    private final int number;

    LinkForm(int number) {
        this.number = number;
    }

    /** As captures number it. */
    public int number() {
        return number;
    }

    /** Writes what stands in front of the IP header. */
    void writeHeader(ByteBuffer frame, boolean ipv6) {
        short type = ipv6 ? TYPE_IPV6 : TYPE_IPV4;
        switch (this) {
            case ETHERNET -> addresses(frame).putShort(type);
            case VLAN -> addresses(frame).putShort(TAG).putShort((short) 7).putShort(type);
            case QINQ ->
                addresses(frame)
                        .putShort(SERVICE_TAG)
                        .putShort((short) 8)
                        .putShort(TAG)
                        .putShort((short) 7)
                        .putShort(type);
            case NULL_LITTLE -> frame.putInt(Integer.reverseBytes(ipv6 ? AF_INET6_BSD : AF_INET));
            case LOOP -> frame.putInt(ipv6 ? AF_INET6_BSD : AF_INET);
            case RAW -> {}
            case SLL -> frame.put(new byte[SLL_BEFORE_TYPE]).putShort(type);
            case SLL2 -> frame.putShort(type).put(new byte[SLL2_BEHIND_TYPE]);
        }
    }

    private static ByteBuffer addresses(ByteBuffer frame) {
        byte[] addresses = new byte[ETHERNET_ADDRESSES];
        addresses[0] = LOCAL_ADDRESS;
        addresses[ETHERNET_ADDRESSES / 2] = LOCAL_ADDRESS;
        return frame.put(addresses);
    }
}
