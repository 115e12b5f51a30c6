package dev.tidewait.lab.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class RaceChartTest {
    @Test
    void shouldDrawABarForEachMedianWithItsSpread() throws Exception {
        RaceResults results = Rounds.results(
                Rounds.perSecond("a-client/tidewait", 1, 20_000),
                Rounds.perSecond("a-client/tidewait", 2, 30_000),
                Rounds.perSecond("a-client/tidewait", 3, 40_000),
                Rounds.perSecond("a-client/haproxy-explicit", 1, 15_000));

        Document chart = parse(RaceChart.of("./tidewait lab race --all", "haproxy <2.6> & others", results));

        List<Double> bars = numbers(chart, "rect", "width").subList(1, 3); // behind the background
        assertThat(bars.get(0)).isEqualTo(2 * bars.get(1));
        List<Double> from = numbers(chart, "line", "x1");
        List<Double> to = numbers(chart, "line", "x2");
        assertThat(to.get(0) - from.get(0)).isCloseTo(4.0 / 3 * bars.get(1), within(0.2));
        assertThat(to.get(1)).isEqualTo(from.get(1));
        assertThat(chart.getDocumentElement().getTextContent())
                .contains("./tidewait lab race --all")
                .contains("haproxy <2.6> & others")
                .contains("HAProxy, explicit ports")
                .contains("30,000/s");
    }

    @Test
    void shouldLeaveOutWhatWasNotMeasured() throws Exception {
        Document chart = parse(RaceChart.of(
                "command", "run", Rounds.results(Rounds.of("i/tidewait", 1, Map.of(Figure.START_MILLIS, 312.0)))));

        assertThat(numbers(chart, "line", "x1")).hasSize(1);
        assertThat(chart.getDocumentElement().getTextContent())
                .contains("312 ms")
                .contains("shorter is better")
                .doesNotContain("a-client");
    }

    private static List<Double> numbers(Document chart, String element, String attribute) {
        NodeList found = chart.getElementsByTagName(element);
        List<Double> numbers = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            numbers.add(Double.valueOf(((Element) found.item(i)).getAttribute(attribute)));
        }
        return numbers;
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }
}
