package fn;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.LinkedHashMap;
import java.util.Map;

/** The test function in Java: see test/images/functions/README.md for what its events do. */
public class Handler implements RequestHandler<Map<String, Object>, Object> {
  private static int calls = 0;

  @Override
  public Object handleRequest(Map<String, Object> event, Context context) {
    calls++;
    if (event.get("log") instanceof String text) System.out.println(text);
    if (event.get("sleep") instanceof Number ms) sleep(ms.longValue());
    if (event.get("throw") instanceof String text) throw new IllegalStateException(text);
    if (event.get("exit") instanceof Number code) Runtime.getRuntime().halt(code.intValue());
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("runtime", "java");
    result.put("event", event);
    result.put("requestId", context.getAwsRequestId());
    result.put("calls", calls);
    if (event.get("env") instanceof String name) result.put("env", System.getenv(name));
    return result;
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
