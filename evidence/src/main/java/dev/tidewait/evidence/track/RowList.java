package dev.tidewait.evidence.track;

/** Rows of a {@link ConnectionTable} in a line; each row is in one list at most. Owned by one thread. */
final class RowList {
    private final ConnectionTable table;
    private int head = ConnectionTable.NONE;
    private int tail = ConnectionTable.NONE;
    private int size;

    RowList(ConnectionTable table) {
        this.table = table;
    }

    int size() {
        return size;
    }

    /** The row that came first, or {@link ConnectionTable#NONE}. */
    int head() {
        return head;
    }

    void append(int row) {
        table.link(row, tail, ConnectionTable.NONE);
        if (tail == ConnectionTable.NONE) {
            head = row;
        } else {
            table.link(tail, table.previous(tail), row);
        }
        tail = row;
        size++;
    }

    void remove(int row) {
        int previous = table.previous(row);
        int next = table.next(row);
        if (previous == ConnectionTable.NONE) {
            head = next;
        } else {
            table.link(previous, table.previous(previous), next);
        }
        if (next == ConnectionTable.NONE) {
            tail = previous;
        } else {
            table.link(next, previous, table.next(next));
        }
        size--;
    }
}
