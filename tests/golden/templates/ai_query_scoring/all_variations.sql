CREATE TABLE IF NOT EXISTS main.gold.review_topics AS
SELECT
  review_id,
  CAST(NULL AS STRING) AS answer,
  CAST(NULL AS STRING) AS error_message,
  CAST(NULL AS TIMESTAMP) AS answered_at
FROM main.silver.reviews
WHERE false;

MERGE INTO main.gold.review_topics AS t
USING (
  SELECT
    review_id,
    -- An answer that failed is a row with its reason, not the end of the run.
    ai_query(
      'databricks-meta-llama-3-3-70b-instruct',
      concat('Name the topic of this review in one word: ', review_text),
      modelParameters => named_struct('max_tokens', 64, 'temperature', 0.0),
      failOnError => false
    ) AS reply
  FROM (
    SELECT review_id, review_text
    FROM main.silver.reviews AS asked
    WHERE review_text IS NOT NULL
      AND NOT EXISTS (
        SELECT 1
        FROM main.gold.review_topics AS known
        WHERE known.error_message IS NULL
          AND known.review_id = asked.review_id
      )
    LIMIT 1000
  ) AS open_rows
) AS s
ON t.review_id = s.review_id
WHEN MATCHED THEN UPDATE SET
  answer = s.reply.result,
  error_message = s.reply.errorMessage,
  answered_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (review_id, answer, error_message, answered_at)
VALUES (s.review_id, s.reply.result, s.reply.errorMessage, current_timestamp());

SELECT assert_true(count(*) = 0, concat(count(*), ' rows have no answer, for example: ', any_value(error_message))) AS all_answered
FROM main.gold.review_topics
WHERE error_message IS NOT NULL;
