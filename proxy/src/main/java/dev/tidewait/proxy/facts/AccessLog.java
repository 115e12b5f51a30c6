package dev.tidewait.proxy.facts;

/** Takes the record of every exchange. Called on event loops: any thread, must never block. */
public interface AccessLog {
    /** Takes nothing. */
    AccessLog NONE = new AccessLog() {
        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void write(ExchangeRecord exchange) {}
    };

    /** Whether a record would be looked at; if not, none is made. */
    boolean isOn();

    void write(ExchangeRecord exchange);
}
