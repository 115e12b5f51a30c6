package dev.tidewait.lab.late;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairwiseCellsTest {
    private static final int MOST_CELLS = 200;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 42, 999_999_999})
    void shouldLetEveryMethodMeetEveryPairOfCircumstances(long seed) {
        List<Cell> chosen = PairwiseCells.choose(seed);

        Set<PairwiseCells.Pair> all = pairs(Cell.all());
        assertThat(all)
                .as("all but the silent peer's wrapped range")
                .hasSize(4 * 3 + 4 * 9 + 4 * 2 + 3 * 9 + 3 * 2 + 9 * 2 - 1);
        for (Method method : Method.COMPARED) {
            List<Cell> ofMethod =
                    chosen.stream().filter(cell -> cell.method() == method).toList();
            assertThat(pairs(ofMethod)).as("pairs that %s meets", method).isEqualTo(all);
        }
        assertThat(chosen).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(MOST_CELLS);
    }

    @Test
    void shouldTryAllMethodsUnderTheSameCircumstances() {
        List<Cell> chosen = PairwiseCells.choose(7);

        Set<Set<Cell>> circumstances = chosen.stream()
                .collect(Collectors.groupingBy(
                        Cell::method, Collectors.mapping(cell -> cell.with(Method.TIDEWAIT), Collectors.toSet())))
                .values()
                .stream()
                .collect(Collectors.toSet());
        assertThat(circumstances).hasSize(1);
    }

    @Test
    void shouldTryAProgramUnderRunInTheCircumstancesOfTheOthers() {
        List<Cell> chosen = PairwiseCells.chooseUnderRun(7);

        assertThat(chosen.getLast()).isEqualTo(Cell.CONTROL);
        List<Cell> underRun = chosen.subList(0, chosen.size() - 1);
        assertThat(underRun)
                .extracting(cell -> cell.with(Method.TIDEWAIT))
                .isEqualTo(PairwiseCells.choose(7).stream()
                        .filter(cell -> cell.method() == Method.TIDEWAIT)
                        .toList());
        assertThat(underRun).allMatch(cell -> cell.method() == Method.RUN);
    }

    @Test
    void shouldKeepTheCellsOfStatesThatExist() {
        assertThat(Cell.all()).hasSize(1_040).noneMatch(cell -> cell.method() == Method.RUN);
        assertThat(PairwiseCells.choose(1))
                .hasSize(180)
                .startsWith(Cell.named("kernel-default/timestamps-server-only/wrapped/server-rfc1337/small"));
        assertThat(Cell.allUnderRun())
                .hasSize(208 + 1)
                .allMatch(cell -> Cell.named(cell.name()).equals(cell));
    }

    @Test
    void shouldChooseTheSameCellsForTheSameSeed() {
        assertThat(PairwiseCells.choose(5)).isEqualTo(PairwiseCells.choose(5)).isNotEqualTo(PairwiseCells.choose(6));
    }

    private static Set<PairwiseCells.Pair> pairs(List<Cell> cells) {
        Set<PairwiseCells.Pair> pairs = new HashSet<>();
        cells.forEach(cell -> pairs.addAll(PairwiseCells.pairs(cell)));
        return pairs;
    }
}
